// A text as a picture of 4 to 5, which every platform that wants pictures takes. Never cut: it becomes smaller, down to what can be read on a phone.
const width = 1080;
const height = 1350;
const margin = 100;
const largest = 84;
const smallest = 32;
const leading = 1.32;
const ink = '#17202b';

// Words by words, or sign by sign where a word is wider than the line.
function wrap(pen, text, room) {
  const fits = line => pen.measureText(line.trimEnd()).width <= room;
  const signs = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  const lines = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    const add = piece => {
      if (line !== '' && !fits(line + piece)) {
        lines.push(line.trimEnd());
        line = '';
      }
      line += piece;
    };
    for (const word of paragraph.split(/(?<=\s)/)) {
      if (fits(word)) {
        add(word);
      } else {
        [...signs.segment(word)].forEach(sign => add(sign.segment));
      }
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

let drawn = null;

// Whether there is a picture: a text may be too long to be read on one.
export async function draw(text, sender, accent, language) {
  const family = getComputedStyle(document.body).fontFamily;
  await Promise.all(['400', '600'].map(weight => document.fonts.load(`${weight} ${largest}px ${family}`, text + sender)));

  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.lang = language;
  const pen = canvas.getContext('2d', { alpha: false });
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = accent;
  pen.fillRect(0, 0, width, 28);

  // The first letter that has a direction gives it to the whole.
  pen.direction = /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text) ? 'rtl' : 'ltr';
  pen.textAlign = 'start';
  pen.textBaseline = 'middle';
  const start = pen.direction === 'rtl' ? width - margin : margin;
  const write = (lines, size, top) => lines.forEach((line, at) => pen.fillText(line, start, top + (at + 0.5) * size * leading));

  const named = 38;
  pen.font = `600 ${named}px ${family}`;
  const name = wrap(pen, sender, width - 2 * margin);
  const foot = height - margin - name.length * named * leading;
  pen.fillRect(pen.direction === 'rtl' ? start - 96 : start, foot - 26, 96, 6);
  pen.fillStyle = ink;
  write(name, named, foot);

  const room = foot - 26 - 56 - margin;
  for (let size = largest; size >= smallest; size -= 2) {
    pen.font = `400 ${size}px ${family}`;
    const lines = wrap(pen, text, width - 2 * margin);
    const tall = lines.length * size * leading;
    if (tall <= room) {
      write(lines, size, margin + (room - tall) / 2);
      drawn = await new Promise(done => canvas.toBlob(done, 'image/jpeg', 0.92));
      return true;
    }
  }
  return false;
}

export function picture() {
  return drawn;
}

export function stay(button) {
  button?.closest('article')?.focus();
}
