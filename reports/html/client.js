/* global Chart, ChartErrorBars */
// Runs in the browser, inlined into report.html: draws the charts, sorts and filters the table.
(() => {
  /** Height of a workload's row in a chart, and what axis and legend take, in CSS pixels. */
  const ROW_HEIGHT = 32;
  const MARGINS = 120;
  /** Distance between the marks of two hypervisors, in rows: however many there are, they stay on theirs. */
  const spreadOf = (hypervisors) => Math.min(0.26, 0.84 / hypervisors);
  /** Marks that are nearer than this hide one another. */
  const MARK_HEIGHT = 9;
  const NARROW_LABEL = 13;
  const PAPERS = {
    light: { text: '#1b1b1b', grid: '#dddddd', band: 'rgba(240, 200, 60, 0.3)' },
    dark: { text: '#ececec', grid: '#3a3d42', band: 'rgba(240, 200, 60, 0.22)' },
  };

  const model = JSON.parse(document.getElementById('model').textContent);
  const filters = document.getElementById('filters');
  const figures = [...document.querySelectorAll('figure')];
  const body = document.getElementById('measurements').tBodies[0];
  const rows = [...body.rows];
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const narrow = matchMedia('(max-width: 640px)');
  let charts = [];

  function chosen(name) {
    return new Set([...filters.querySelectorAll(`[name="${name}"]:checked`)].map((box) => box.value));
  }

  function datasets(panel, theme, hypervisors) {
    const shown = panel.series.filter(({ hypervisor }) => hypervisors.has(hypervisor));
    return shown.map(({ hypervisor, ink, points }, index) => {
      const colour = ink[theme];
      const offset = (index - (shown.length - 1) / 2) * spreadOf(shown.length);
      return {
        label: hypervisor,
        data: points.map((point) => ({ ...point, y: point.row + offset })),
        pointStyle: ink.shape,
        pointRadius: 5,
        pointHoverRadius: 7,
        borderWidth: 2,
        borderColor: colour,
        backgroundColor: colour,
        errorBarColor: colour,
        errorBarWhiskerColor: colour,
        errorBarLineWidth: 2,
        errorBarWhiskerSize: 8,
      };
    });
  }

  function annotations(paper) {
    const bands = model.bands.map(({ min, max, label }) => ({
      type: 'box',
      drawTime: 'beforeDatasetsDraw',
      xMin: min,
      xMax: max,
      backgroundColor: paper.band,
      borderWidth: 0,
      label: { display: true, content: label, color: paper.text, position: { x: 'center', y: 'start' } },
    }));
    const native = {
      type: 'line',
      drawTime: 'beforeDatasetsDraw',
      xMin: 0,
      xMax: 0,
      borderColor: paper.text,
    };
    return [...bands, { ...native, borderWidth: 1.5 }];
  }

  function overheadScale(paper) {
    const ticks = model.axis.ticks.filter(({ major }) => major || !narrow.matches);
    return {
      type: 'linear',
      min: model.axis.min,
      max: model.axis.max,
      afterBuildTicks: (scale) => {
        scale.ticks = ticks.map(({ value }) => ({ value }));
      },
      ticks: {
        autoSkip: false,
        maxRotation: 0,
        color: paper.text,
        callback: (_, index) => ticks[index]?.label,
      },
      grid: { color: paper.grid },
    };
  }

  function rowScale(panel, paper) {
    const fitting = (label) =>
      narrow.matches && label.length > NARROW_LABEL ? `${label.slice(0, NARROW_LABEL - 1)}…` : label;
    return {
      type: 'linear',
      reverse: true,
      // One row more above: there stand the names of the bands.
      min: -1.5,
      max: panel.labels.length - 0.5,
      afterBuildTicks: (scale) => {
        scale.ticks = panel.labels.map((_, value) => ({ value }));
      },
      ticks: {
        autoSkip: false,
        color: paper.text,
        callback: (_, index) => fitting(panel.labels[index] ?? ''),
      },
      grid: { display: false },
    };
  }

  function chartOf(figure, panel, theme, hypervisors) {
    const paper = PAPERS[theme];
    const holder = figure.querySelector('.canvas');
    holder.style.height = `${MARGINS + panel.labels.length * Math.max(ROW_HEIGHT, panel.series.length * MARK_HEIGHT)}px`;
    return new Chart(holder.firstElementChild, {
      type: 'scatterWithErrorBars',
      data: { datasets: datasets(panel, theme, hypervisors) },
      options: {
        animation: false,
        maintainAspectRatio: false,
        layout: { padding: { right: 16 } },
        interaction: { mode: 'nearest', intersect: false },
        scales: { x: overheadScale(paper), y: rowScale(panel, paper) },
        plugins: {
          // Hypervisors are chosen in the form above, which the keyboard reaches.
          legend: { onClick: () => {}, labels: { usePointStyle: true, color: paper.text } },
          annotation: { clip: false, annotations: annotations(paper) },
          tooltip: {
            callbacks: {
              title: ([item]) => panel.labels[item.raw.row],
              label: ({ dataset, raw }) => `${dataset.label}: ${raw.value} ${raw.range}`,
            },
          },
        },
      },
    });
  }

  function draw(theme = dark.matches ? 'dark' : 'light') {
    const [suites, isas, hypervisors] = ['suite', 'isa', 'hypervisor'].map(chosen);
    for (const chart of charts) chart.destroy();
    charts = figures.flatMap((figure, index) => {
      figure.hidden = !suites.has(figure.dataset.suite) || !isas.has(figure.dataset.isa);
      const seen = !figure.hidden && figure.firstElementChild.open;
      return !seen ? [] : [chartOf(figure, model.panels[index], theme, hypervisors)];
    });
  }

  function filter() {
    const sets = ['suite', 'isa', 'hypervisor'].map((name) => [name, chosen(name)]);
    for (const row of rows) row.hidden = !sets.every(([name, values]) => values.has(row.dataset[name]));
    const visible = rows.filter((row) => !row.hidden).length;
    document.getElementById('shown').textContent = `${visible} of ${rows.length} measurements shown`;
    draw();
  }

  /** Numbers by size, other cells by their text; what has no figure stays at the end either way. */
  function sort(head) {
    const column = head.cellIndex;
    const numeric = head.classList.contains('number');
    const descending = head.getAttribute('aria-sort') === 'ascending';
    for (const other of head.parentElement.cells) other.setAttribute('aria-sort', 'none');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const direction = descending ? -1 : 1;
    const order = (row) => row.cells[column].dataset.order;
    const text = (row) => row.cells[column].textContent;
    rows.sort((a, b) => {
      if (!numeric) return direction * text(a).localeCompare(text(b), 'en', { numeric: true });
      if (order(a) === undefined || order(b) === undefined) {
        return Number(order(a) === undefined) - Number(order(b) === undefined);
      }
      return direction * (order(a) - order(b));
    });
    body.append(...rows);
  }

  Chart.register(window['chartjs-plugin-annotation']);
  Chart.register(ChartErrorBars.ScatterWithErrorBarsController, ChartErrorBars.PointWithErrorBar);
  Chart.defaults.font.family = 'system-ui, sans-serif';
  Chart.defaults.font.size = 13;
  for (const head of document.querySelectorAll('#measurements thead th')) {
    head.firstElementChild.addEventListener('click', () => sort(head));
  }
  filters.addEventListener('change', filter);
  filters.addEventListener('submit', (event) => event.preventDefault());
  filters.hidden = false;
  // A chart that is folded away has no size: it is drawn when it is shown.
  for (const figure of figures) figure.firstElementChild.addEventListener('toggle', () => draw());
  for (const query of [dark, narrow]) query.addEventListener('change', () => draw());
  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    draw('light');
  });
  addEventListener('afterprint', () => draw());
  filter();
})();
