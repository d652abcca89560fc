/* The Sun and the four giant planets under Newton's law of gravitation, as in the Computer Language
 * Benchmarks Game (the same bodies, units and symplectic Euler steps): distances in astronomical units, time
 * in years, masses in units where the Sun's is 4 pi^2. */
#include "abi.h"

#define BODIES 5
#define STEPS 100
#define TIME_STEP 0.01
#define PI 3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS 365.24

struct body {
    double x[3], v[3], mass;
};

static const struct body SYSTEM[BODIES] = {
    /* Sun */ {{0, 0, 0}, {0, 0, 0}, SOLAR_MASS},
    /* Jupiter */
    {{4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01},
     {1.66007664274403694e-03 * DAYS, 7.69901118419740425e-03 * DAYS, -6.90460016972063023e-05 * DAYS},
     9.54791938424326609e-04 * SOLAR_MASS},
    /* Saturn */
    {{8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01},
     {-2.76742510726411936e-03 * DAYS, 4.99852801234917238e-03 * DAYS, 2.30417297573763929e-05 * DAYS},
     2.85885980666130812e-04 * SOLAR_MASS},
    /* Uranus */
    {{1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01},
     {2.96460137564761618e-03 * DAYS, 2.37847173959480950e-03 * DAYS, -2.96589568540237556e-05 * DAYS},
     4.36624404335156298e-05 * SOLAR_MASS},
    /* Neptune */
    {{1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01},
     {2.68067772490389322e-03 * DAYS, 1.62824170038242295e-03 * DAYS, -9.51592254519715870e-05 * DAYS},
     5.15138902046611451e-05 * SOLAR_MASS},
};

static struct body bodies[BODIES] __attribute__((aligned(64)));
static double nudge; /* added to Jupiter's velocity, far below its size: the seed's part in the result */

static void reset(void) {
    for (u32 i = 0; i < BODIES; i++)
        bodies[i] = SYSTEM[i];
    bodies[1].v[0] += nudge;
    for (u32 k = 0; k < 3; k++) { /* the Sun moves so that the whole has no momentum */
        double momentum = 0;
        for (u32 i = 0; i < BODIES; i++)
            momentum += bodies[i].v[k] * bodies[i].mass;
        bodies[0].v[k] = -momentum / SOLAR_MASS;
    }
}

static void step(void) {
    for (u32 i = 0; i < BODIES; i++) {
        for (u32 j = i + 1; j < BODIES; j++) {
            double dx = bodies[i].x[0] - bodies[j].x[0];
            double dy = bodies[i].x[1] - bodies[j].x[1];
            double dz = bodies[i].x[2] - bodies[j].x[2];
            double squared = dx * dx + dy * dy + dz * dz;
            double magnitude = TIME_STEP / (squared * __builtin_sqrt(squared));
            double pull = bodies[j].mass * magnitude;
            bodies[i].v[0] -= dx * pull;
            bodies[i].v[1] -= dy * pull;
            bodies[i].v[2] -= dz * pull;
            pull = bodies[i].mass * magnitude;
            bodies[j].v[0] += dx * pull;
            bodies[j].v[1] += dy * pull;
            bodies[j].v[2] += dz * pull;
        }
    }
    for (u32 i = 0; i < BODIES; i++) {
        for (u32 k = 0; k < 3; k++)
            bodies[i].x[k] += TIME_STEP * bodies[i].v[k];
    }
}

static int prepare(struct context *context) {
    nudge = (double)(i32)(mix_seed(context->seed, 0) & 0xffff) * 0x1p-40;
    return 0;
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        reset();
        for (u32 s = 0; s < STEPS; s++)
            step();
        for (u32 k = 0; k < BODIES; k++) {
            for (u32 d = 0; d < 3; d++) {
                checksum = checksum * 31 + *(const u64 *)&bodies[k].x[d];
                checksum = checksum * 31 + *(const u64 *)&bodies[k].v[d];
            }
        }
    }
    return checksum;
}

WORKLOAD(cpu_nbody, "cpu/nbody", prepare, NULL, run);
