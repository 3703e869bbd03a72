// Keys for every page: ? shows them, n starts a message, j and k move in lists, Ctrl+Enter does the main action of what one is in.
(() => {
  const typing = target => target.closest('input, textarea, select, [contenteditable="true"]');

  const dialog = () => document.querySelector('dialog[open]') ?? [...document.querySelectorAll('.rz-dialog')].at(-1);

  // A dialog covers the page, and whoever writes in a form, or stands at what opens one, means its own button.
  const scope = target => dialog() ?? target.closest('form') ?? target.closest('details:has([data-main-action])') ?? document;

  const move = step => {
    const lines = [...document.querySelectorAll('[data-line]')];
    if (lines.length === 0) {
      return;
    }
    const now = lines.indexOf(document.activeElement);
    lines[Math.min(Math.max(now + step, 0), lines.length - 1)].focus();
  };

  document.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      const main = scope(event.target).querySelector('[data-main-action]:not(:disabled)');
      if (main) {
        event.preventDefault();
        main.click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || dialog()) {
      return;
    }
    if (event.key === '?') {
      document.getElementById('keys')?.showModal();
    } else if (event.key === 'j') {
      move(1);
    } else if (event.key === 'k') {
      move(-1);
    } else if (event.key === 'n') {
      document.querySelector('[data-new-message]')?.click();
    }
  });

  // Closing buttons of plain dialogs, and forms that send themselves when a choice changes.
  document.addEventListener('click', event => {
    event.target.closest('[data-close]')?.closest('dialog')?.close();
    const opener = event.target.closest('[data-open]');
    if (opener) {
      document.getElementById(opener.dataset.open)?.showModal();
    }
    const copier = event.target.closest('[data-copy]');
    if (copier) {
      // Said in the button, and beside it to who does not see it. What the browser does not let us take is marked for the keyboard.
      const beside = copier.nextElementSibling;
      const say = (word, time) => {
        copier.dataset.said = beside.textContent = word;
        clearTimeout(copier.saying);
        copier.saying = setTimeout(() => {
          delete copier.dataset.said;
          beside.textContent = '';
        }, time);
      };
      (navigator.clipboard?.writeText(copier.dataset.copy) ?? Promise.reject()).then(() => say(copier.dataset.copied, 2000), () => {
        const text = document.getElementById(copier.dataset.copyOf);
        if (text?.select) {
          text.focus();
          text.select();
        } else if (text) {
          getSelection().selectAllChildren(text);
        }
        say(copier.dataset.copyFailed, 6000);
      });
    }
  });
  document.addEventListener('change', event => {
    if (event.target.closest('[data-submit-on-change]')) {
      event.target.form.requestSubmit();
    }
  });

  // The browser would leave the page for a file that is dropped beside a field, or on one that takes none now.
  for (const name of ['dragover', 'drop']) {
    document.addEventListener(name, event => {
      if (event.dataTransfer?.types.includes('Files') && !event.target.closest('input[type=file]:not(:disabled)')) {
        event.preventDefault();
      }
    });
  }

  // Somebody is there: keeps the sign-in from ending while a page is used without being reloaded. Once a minute is enough.
  let seen = Date.now();
  const see = () => {
    if (Date.now() - seen > 60000) {
      seen = Date.now();
      fetch('account/seen', { method: 'POST' }).catch(() => {});
    }
  };
  document.addEventListener('pointerdown', see);
  document.addEventListener('keydown', see);
})();
