// Loads what the site knows of two results, and puts their overheads side by side. Texts of results become text nodes only.
(() => {
  const form = document.getElementById('choice');
  const said = document.getElementById('said');
  const place = document.getElementById('compared');
  const code = document.querySelector('#command ~ pre code');
  const { a, b } = form.elements;
  const loaded = new Map();
  const isId = (text) => /^[0-9a-f]{16}$/.test(text ?? '');
  /** Beyond this overhead a ratio is easier to read than a percentage. */
  const RATIO_FROM = 3;

  globalThis.hvbench = (digest) => loaded.set(digest.summary.id, digest);

  const load = (id) =>
    new Promise((resolve, reject) => {
      if (loaded.has(id)) return resolve(loaded.get(id));
      const script = document.createElement('script');
      script.src = `digest/${id}.js`;
      script.onload = () => resolve(loaded.get(id));
      script.onerror = () => reject(new Error(`there is no result ${id} in this site`));
      document.head.append(script);
    });

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function overhead(estimate, low, high) {
    const wide = 1 + high > (1 + low) * 5;
    if (wide) return 'not precise';
    if (estimate > RATIO_FROM)
      return `${(1 + estimate).toFixed(2)}x [${(1 + low).toFixed(2)}, ${(1 + high).toFixed(2)}]`;
    const points = (value) => (value * 100).toFixed(1);
    return `${estimate > 0 ? '+' : ''}${points(estimate)} % [${points(low)}, ${points(high)}]`;
  }

  function verdictOf(one, other) {
    if (other[7] > one[8]) return ['B costs more', 'refuted-above'];
    if (other[8] < one[7]) return ['B costs less', 'supported'];
    return ['they overlap', 'not-testable'];
  }

  function table(pairs) {
    const made = element('table');
    const head = made.createTHead().insertRow();
    for (const text of ['workload', 'ISA', 'hypervisor', 'A', 'B', 'CIs']) {
      const cell = element('th', text);
      cell.scope = 'col';
      head.append(cell);
    }
    const body = made.createTBody();
    for (const [one, other] of pairs) {
      const row = body.insertRow();
      const name = element('th', `${one[0]}/${one[1]}`);
      name.scope = 'row';
      const [words, colour] = verdictOf(one, other);
      row.append(
        ...[name, element('td', one[2]), element('td', one[3])],
        element('td', overhead(...one.slice(6, 9)), 'number'),
        element('td', overhead(...other.slice(6, 9)), 'number'),
        element('td', words, `tally ${colour}`),
      );
    }
    const box = element('div', undefined, 'scroll');
    box.tabIndex = 0;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', 'Table: overheads of both results');
    box.append(made);
    return box;
  }

  function describe(letter, { summary }) {
    const line = element('p');
    const link = element('a', `${letter}: ${summary.startedAt.slice(0, 16).replace('T', ' ')} UTC`);
    link.href = `result/${summary.id}.html`;
    const { host } = summary;
    const ids = summary.hypervisors
      .map(({ id, elsewhere }) => (elsewhere ? `${id} (${elsewhere.words})` : id))
      .join(', ');
    line.append(
      link,
      ` with ${[ids || 'no hypervisor', ...summary.conditions].join('; ')}: ${host.facts.map(([name, value]) => `${name} ${value}`).join('; ')}; ${host.system}`,
    );
    return line;
  }

  /** By hypervisor: on which other computers it or native was. Machines of one name on two computers are two machines. */
  const placesOf = ({ summary }) =>
    new Map(summary.hypervisors.map(({ id, elsewhere }) => [id, elsewhere?.id]));

  async function compare() {
    const ids = [a.value, b.value];
    if (!ids.every(isId)) return;
    history.replaceState(null, '', `#a=${ids[0]}&b=${ids[1]}`);
    code.textContent = `hvbench compare result/${ids[0]}.json result/${ids[1]}.json`;
    try {
      const [one, other] = await Promise.all(ids.map(load));
      const key = (row) => JSON.stringify(row.slice(0, 6));
      const figures = new Map(other.rows.filter((row) => row[6] !== null).map((row) => [key(row), row]));
      const measured = one.rows.filter((row) => row[6] !== null);
      const isEmulated = [one, other].some(({ summary }) => summary.host.footing === 'emulated');
      const [here, there] = [one, other].map(placesOf);
      const isMoved = ([, , , hypervisor]) => here.get(hypervisor) !== there.get(hypervisor);
      const common = measured.filter((row) => figures.has(key(row)));
      const pairs = (isEmulated ? [] : common)
        .filter((row) => !isMoved(row))
        .map((row) => [row, figures.get(key(row))]);
      const differs = ([first, second]) => verdictOf(first, second)[1] !== 'not-testable';
      const differing = pairs.filter(differs);
      const ordered = [...differing, ...pairs.filter((pair) => !differs(pair))];
      const sameKind = one.summary.host.classId === other.summary.host.classId;
      place.replaceChildren(
        ...[describe('A', one), describe('B', other)],
        ...(sameKind
          ? []
          : [
              element(
                'p',
                'These are two kinds of computer: a difference may be theirs rather than the hypervisors’.',
                'warning',
              ),
            ]),
        ...(pairs.length > 0 ? [table(ordered)] : []),
      );
      const moved = new Set(common.filter(isMoved).map((row) => row[3]));
      const lone = measured.length - common.length;
      said.textContent = isEmulated
        ? 'The CPU of one of these is emulated: its times say nothing about hypervisors, so no overheads are compared. Counts of exits can be: see the command below.'
        : (pairs.length > 0
            ? `${differing.length} of ${pairs.length} rows of the same machine code have CIs apart, and stand first`
            : common.length > 0
              ? 'No overhead was measured on the same computers in both'
              : 'No overhead of the same machine code is in both (another version of hvbench or of its compiler makes other code)') +
          (moved.size > 0 ? `; ${[...moved].join(', ')} was on other computers in A than in B` : '') +
          (lone > 0 ? `; ${lone} of A have no counterpart in B.` : '.');
    } catch (error) {
      place.replaceChildren();
      said.textContent = error.message;
    }
  }

  /** One that the list lacks gets an entry: the address may name any result of the site. */
  function choose(select, id) {
    if (!isId(id)) return;
    if (![...select.options].some((option) => option.value === id)) select.append(new Option(id, id));
    select.value = id;
  }

  function read() {
    const kept = new URLSearchParams(location.hash.slice(1));
    choose(a, kept.get('a'));
    choose(b, kept.get('b'));
    if (!kept.has('b') && a.value === b.value)
      b.selectedIndex = [...b.options].findIndex(({ value }) => value !== a.value);
    compare();
  }

  b.append(...[...a.options].map((option) => option.cloneNode(true)));
  form.addEventListener('change', compare);
  addEventListener('hashchange', read);
  form.hidden = false;
  read();
})();
