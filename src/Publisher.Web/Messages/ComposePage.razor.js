// What is typed stays in this browser tab until the server has saved it: a lost connection loses nothing.
const name = id => `compose-${id}`;
let stop = () => {};

export function open(id) {
  stop();
  const kept = JSON.parse(sessionStorage.getItem(name(id)) ?? 'null');

  const typed = event => {
    const field = event.target.dataset?.keep;
    if (field) {
      const all = JSON.parse(sessionStorage.getItem(name(id)) ?? '{}');
      all[field] = event.target.value;
      sessionStorage.setItem(name(id), JSON.stringify(all));
    }
  };

  // Keys pressed while the connection was away were heard by nobody: said once more when it is back.
  const modal = document.getElementById('components-reconnect-modal');
  let wasLost = false;
  const watch = new MutationObserver(() => {
    const isLost = modal.classList.contains('components-reconnect-show');
    if (wasLost && !isLost) {
      document.querySelectorAll('[data-keep]').forEach(field => field.dispatchEvent(new Event('input', { bubbles: true })));
    }
    wasLost = isLost;
  });

  document.addEventListener('input', typed);
  if (modal) {
    watch.observe(modal, { attributes: true, attributeFilter: ['class'] });
  }
  stop = () => {
    document.removeEventListener('input', typed);
    watch.disconnect();
  };
  return kept;
}

export function saved(id) {
  sessionStorage.removeItem(name(id));
}
