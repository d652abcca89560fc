/** /proc/cpuinfo of four kinds of computers, shortened to the lines that matter. */
export const AMD = `processor	: 0
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 33
model name	: AMD Ryzen 9 5950X 16-Core Processor
stepping	: 2
microcode	: 0xa20120e
flags		: fpu vme de pse tsc msr svm npt lahf_lm

processor	: 1
vendor_id	: SecondBlockMustNotCount
flags		: hypervisor vmx
`;

export const INTEL = `processor	: 0
vendor_id	: GenuineIntel
cpu family	: 6
model		: 158
model name	: Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz
stepping	: 10
microcode	: 0xf4
flags		: fpu vme de pse tsc msr vmx ept vpid
vmx flags	: vnmi preemption_timer
`;

export const GUEST = `processor	: 0
vendor_id	: AuthenticAMD
cpu family	: 25
model		: 17
model name	: AMD EPYC
flags		: fpu vme hypervisor
`;

export const UML = `processor	: 0
vendor_id	: User Mode Linux
model name	: UML
mode		: skas
host		: Linux somewhere 6.1.0 #1 SMP x86_64
bogomips	: 7000.00
`;
