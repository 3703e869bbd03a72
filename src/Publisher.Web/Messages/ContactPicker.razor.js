// The list of contacts: the button opens it, and so does "@{" in the text, where typing simply goes on. What is chosen stands where the caret was.
const mark = '@{';

export function listen(dialog) {
  let field = null;
  let from = 0;
  let to = 0;
  let isTyped = false;
  let isChosen = false;

  const find = () => dialog.querySelector('input');
  const buttons = () => [...dialog.querySelectorAll('[data-contact]')];
  const shown = () => buttons().filter(button => !button.parentElement.hidden);

  const filter = () => {
    const wanted = find().value.trim().toLowerCase();
    for (const button of buttons()) {
      button.parentElement.hidden = !button.dataset.contact.toLowerCase().includes(wanted);
      button.removeAttribute('data-first');
    }
    first()?.setAttribute('data-first', '');
    const said = dialog.querySelector('[data-nobody]');
    said.textContent = shown().length === 0 ? said.dataset.nobody : '';
  };

  // Who begins with what was typed comes before who merely has it inside.
  const first = () => {
    const wanted = find().value.trim().toLowerCase();
    return shown().find(button => button.dataset.contact.toLowerCase().startsWith(wanted)) ?? shown()[0];
  };

  const open = (target, typed) => {
    field = target;
    isTyped = typed;
    isChosen = false;
    // Kept here: the field may lose its own while it is not the one that has the keyboard.
    to = field.selectionEnd;
    from = typed ? to - mark.length : field.selectionStart;
    if (find()) {
      find().value = '';
      filter();
    }
    dialog.showModal();
    find()?.focus();
  };

  const put = text => {
    isChosen = true;
    dialog.close();
    field.focus();
    field.setSelectionRange(from, to);
    // The one way in which the browser's own undo still knows what was there before.
    document.execCommand('insertText', false, text);
  };

  const choose = button => put(`${mark}${button.dataset.contact}}`);

  const typed = event => {
    if (event.target.matches('[data-mentions]') && !dialog.open && find() && event.data === '{'
      && event.target.value.slice(event.target.selectionEnd - mark.length, event.target.selectionEnd) === mark) {
      open(event.target, true);
    }
  };

  const sought = event => {
    if (event.target !== find()) {
      return;
    }
    if (find().value.includes('}')) {
      // Written to its end by hand.
      put(mark + find().value);
    } else {
      filter();
    }
  };

  const pressed = event => {
    // Keys of the page behind have no meaning here.
    event.stopPropagation();
    const all = shown();
    const at = all.indexOf(document.activeElement);
    if (event.key === 'Enter' && event.target === find()) {
      event.preventDefault();
      if (first()) {
        choose(first());
      }
    } else if (event.key === 'ArrowDown' && all.length > 0) {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === 'ArrowUp' && at >= 0) {
      event.preventDefault();
      (at === 0 ? find() : all[at - 1]).focus();
    }
  };

  const clicked = event => {
    const button = event.target.closest('[data-contact]');
    if (button && dialog.contains(button)) {
      choose(button);
    } else if (event.target.closest('[data-mention]')) {
      open(document.getElementById('message-text'), false);
    }
  };

  // Given up: what was typed into the list was meant for the text. At once, because the next key goes there again.
  const leave = () => {
    if (!isChosen && isTyped && find()?.value) {
      put(mark + find().value);
    }
  };

  document.addEventListener('input', typed);
  document.addEventListener('click', clicked);
  dialog.addEventListener('input', sought);
  dialog.addEventListener('keydown', pressed);
  dialog.addEventListener('cancel', leave);
  dialog.addEventListener('close', leave);
  return {
    end: () => {
      document.removeEventListener('input', typed);
      document.removeEventListener('click', clicked);
    },
  };
}
