// Shows only the rows of a table that have all words; the address keeps them. Without it, all rows are there.
(() => {
  for (const form of document.querySelectorAll('form.filter[data-table]')) {
    const table = document.getElementById(form.dataset.table);
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const { words } = form.elements;
    const status = form.querySelector('[role="status"]');

    const show = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, index) => {
        row.hidden = !wanted.every((word) => texts[index].includes(word));
        if (!row.hidden) shown++;
      });
      status.textContent = wanted.length > 0 ? `${shown} of ${rows.length} shown` : '';
    };

    const read = () => {
      const kept = new URLSearchParams(location.hash.slice(1)).get('show');
      if (kept === null) return;
      words.value = kept;
      show();
      form.scrollIntoView();
    };

    words.addEventListener('input', () => {
      show();
      const kept = words.value ? `#show=${encodeURIComponent(words.value)}` : '#results';
      history.replaceState(null, '', kept);
    });
    form.addEventListener('submit', (event) => event.preventDefault());
    addEventListener('hashchange', read);
    form.hidden = false;
    read();
  }
})();
