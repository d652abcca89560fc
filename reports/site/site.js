// Filters: shows only what is about all that was chosen, and rows of lists that have all words. The address keeps both.
// Without it, everything is there.
(() => {
  const forms = [...document.querySelectorAll('form.filter')];
  const choices = [...document.querySelectorAll('#filter select')];
  const searches = [...document.querySelectorAll('form.filter[data-table]')].map((form) => {
    const rows = [...document.getElementById(form.dataset.table).tBodies[0].rows];
    return {
      form,
      rows,
      texts: rows.map((row) => row.textContent.toLowerCase()),
      field: form.elements.words,
    };
  });
  /** By the number of a choice: its kind. */
  const kinds = new Map(
    choices.flatMap(({ options, name }) =>
      [...options].flatMap(({ dataset }) => (dataset.number ? [[dataset.number, name]] : [])),
    ),
  );
  const numbersIn = (text) => text.split(' ').filter(Boolean);
  const wholes = [...document.querySelectorAll('[data-is]')].map((element) => ({
    element,
    numbers: new Set(numbersIn(element.dataset.is)),
  }));
  const parts = [...document.querySelectorAll('[data-part]')].map((element) => ({
    element,
    numbers: numbersIn(element.dataset.part),
  }));
  const told = document.querySelector('#filter [role="status"]');

  const chosen = () =>
    choices.flatMap(({ selectedOptions: [option], name }) =>
      option.dataset.number ? [{ kind: name, number: option.dataset.number }] : [],
    );

  function filter() {
    const wanted = chosen();
    for (const { element, numbers } of wholes)
      element.hidden = !wanted.every(({ number }) => numbers.has(number));
    for (const { element, numbers } of parts) {
      const isOther = wanted.some(
        ({ kind, number }) => numbers.some((one) => kinds.get(one) === kind) && !numbers.includes(number),
      );
      element.classList.toggle('out', isOther);
      if (element.localName === 'details') unfold(element, wanted.length > 0 && !isOther);
    }
    for (const heading of document.querySelectorAll('th[data-part]')) columnLike(heading);
    for (const chart of document.querySelectorAll('svg.chart')) closeUp(chart);
    if (told) {
      const computers = wholes.filter(({ element }) => element.classList.contains('kind'));
      const shown = computers.filter(({ element }) => !element.hidden).length;
      told.textContent = wanted.length > 0 ? `${shown} of ${computers.length} kinds of computer shown` : '';
    }
    for (const { form, rows, texts, field } of searches) {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.classList.toggle('out', !words.every((word) => texts[index].includes(word)));
        if (!row.hidden && !row.classList.contains('out')) shown++;
      });
      const isWhole = words.length === 0 && wanted.length === 0;
      form.querySelector('[role="status"]').textContent = isWhole ? '' : `${shown} of ${rows.length} shown`;
    }
  }

  /** What was chosen is not left folded away, and what was folded is again when nothing is chosen. */
  function unfold(details, isWanted) {
    if (isWanted && !details.open) details.dataset.unfolded = '';
    else if (isWanted || details.dataset.unfolded === undefined) return;
    else delete details.dataset.unfolded;
    details.open = isWanted;
  }

  /** The cells below a heading are out as it is. */
  function columnLike(heading) {
    const isOut = heading.classList.contains('out');
    for (const { cells } of heading.closest('table').tBodies[0].rows)
      cells[heading.cellIndex]?.classList.toggle('out', isOut);
  }

  /** Rows of a chart move up where others are out, and its axis with them. */
  function closeUp(chart) {
    const { row, axis } = chart.dataset;
    const rows = [...chart.querySelectorAll('g[data-part]')];
    if (rows.length === 0) return;
    let shown = 0;
    rows.forEach((each, index) => {
      each.setAttribute('transform', `translate(0 ${(shown - index) * row})`);
      if (!each.classList.contains('out')) shown++;
    });
    const bottom = shown * row;
    for (const line of chart.querySelectorAll('.grid, .native')) line.setAttribute('y2', bottom);
    for (const text of chart.querySelectorAll('.tick')) text.setAttribute('y', bottom + 16);
    const [left, top, width] = chart.getAttribute('viewBox').split(' ');
    chart.setAttribute('viewBox', `${left} ${top} ${width} ${bottom + Number(axis)}`);
  }

  function keep() {
    const kept = new URLSearchParams(
      choices.filter(({ value }) => value).map(({ name, value }) => [name, value]),
    );
    const words = searches[0]?.field.value;
    if (words) kept.set('show', words);
    const [page] = location.href.split('#');
    history.replaceState(null, '', `${kept}` ? `${page}#${kept}` : page);
  }

  function read() {
    const kept = new URLSearchParams(location.hash.slice(1));
    const named = ['show', ...choices.map(({ name }) => name)].filter((name) => kept.has(name));
    if (named.length === 0) return;
    const unknown = [];
    for (const select of choices) {
      const value = kept.get(select.name) ?? '';
      select.value = value;
      if (select.selectedIndex >= 0) continue;
      select.value = '';
      unknown.push(`${select.name} ${value}`);
    }
    if (searches[0]) searches[0].field.value = kept.get('show') ?? '';
    filter();
    if (unknown.length > 0) told.textContent = `This site has no ${unknown.join(', ')}: not filtered by that`;
    (kept.has('show') ? searches[0]?.form : forms[0])?.scrollIntoView();
  }

  for (const form of forms) {
    form.addEventListener('input', () => {
      filter();
      keep();
    });
    form.addEventListener('submit', (event) => event.preventDefault());
    form.hidden = false;
  }
  addEventListener('hashchange', read);
  read();
})();
