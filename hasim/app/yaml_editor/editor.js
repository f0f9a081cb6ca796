// The editor: a text field over a layer that shows the same text in colours.
//
// Theory of operation: widget.py says how text goes to Python and back. Only the rows that are in
// view are drawn, so that the length of the text costs nothing but its splitting into lines. The
// field scrolls; gutter and layer follow it.
//
// Rules: what Python or a person wrote is shown by textContent only. The text of the field is
// replaced only by `adopt`. Streamlit calls the default function at every rerun and change of
// theme: the editor is kept by its root, and only what changed is done. It also ends editors that
// stay (decision 0039): these go on.

const PAUSE = 400; // ms from the last key until the text is sent
const LINE = 20; // px, as --line in editor.css
const EDGE = 8; // px, as --edge
const SPARE = 10; // rows drawn above and below those in view
const MOST_LISTED = 200; // findings in the list
const SIGNS = { error: "!", warning: "?" };

const editors = new WeakMap();

export default function (component) {
  const root = component.parentElement.querySelector(".editor");
  if (!root || !component.data) return undefined;
  if (!editors.has(root)) editors.set(root, new Editor(root));
  const editor = editors.get(root);
  editor.receive(component.data, component.setStateValue);
  return () => {
    if (!root.isConnected) editor.close();
  };
}

class Editor {
  constructor(root) {
    const find = (selector) => root.querySelector(selector);
    this.root = root;
    this.frame = find(".frame");
    this.gutter = find(".gutter");
    this.numbers = find(".gutter .sheet");
    this.rows = find(".layer .sheet");
    this.field = find(".field");
    this.count = find(".count");
    this.notice = find(".notice");
    this.list = find(".findings");
    this.epoch = null;
    this.sequence = 0;
    this.sent = []; // texts that Python may not have taken yet, the last that it has before them
    this.marks = new Map(); // by line, counted from 1: what is found there
    this.shown = "";
    this.leaving = false;
    this.listen();
  }

  listen() {
    this.field.addEventListener("input", () => this.onInput());
    this.field.addEventListener("compositionend", () => this.onInput());
    this.field.addEventListener("scroll", () => this.draw());
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.field.addEventListener("focus", () => {
      this.leaving = false;
      this.notice.textContent = "";
    });
    this.field.addEventListener("blur", () => this.commit());
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.field);
  }

  close() {
    clearTimeout(this.timer);
    this.observer.disconnect();
    editors.delete(this.root);
  }

  // ------------------------------------------------------------------ from Python

  receive(data, send) {
    this.send = send;
    this.frame.style.height = `${data.height}px`;
    this.field.setAttribute("aria-label", data.label);
    this.pattern ??= makeNumberPattern(data.units);
    if (data.epoch !== this.epoch) this.adopt(data);
    this.forget(data.taken);
    this.showFindings(data.findings);
  }

  // Take the text of a new epoch, and put what Python has not seen of ours into it.
  adopt(data) {
    const isFirst = this.epoch === null;
    const theirs = data.text.replace(/\r\n?/g, "\n");
    this.forget(data.taken);
    const mine = this.field.value;
    const base = isFirst ? mine : this.sent[0].text;
    const merged = mine === base ? theirs : mergeTexts(base, mine, theirs);
    this.notice.textContent =
      merged === null ? "Another edit changed the lines that you were typing in, and was kept." : "";
    this.epoch = data.epoch;
    this.sent = [{ sequence: data.taken, text: theirs }];
    this.replaceText(merged ?? theirs, isFirst);
    this.commit();
  }

  // Forget the texts before the last one that Python has taken.
  forget(taken) {
    while (this.sent.length > 1 && this.sent[1].sequence <= taken) this.sent.shift();
  }

  // Caret and view stay at their lines, wherever these are now.
  replaceText(text, isFirst) {
    const { field } = this;
    const [top, left] = [field.scrollTop, field.scrollLeft];
    const ends = [field.selectionStart, field.selectionEnd].map((end) => placeAt(field.value, end));
    const [before, after] = [field.value.split("\n"), text.split("\n")];
    const change = findChange(before, after);
    const follow = (line) => followLine(change, line);
    const offset = ({ line, column }) => offsetAt(after, { line: follow(line), column });
    field.value = text;
    const [start, end] = isFirst ? [0, 0] : ends.map(offset);
    field.setSelectionRange(start, end);
    const row = Math.floor(top / LINE);
    field.scrollTop = isFirst ? 0 : top + (follow(row) - row) * LINE;
    field.scrollLeft = left;
    this.readText();
  }

  // ------------------------------------------------------------------ to Python

  onInput() {
    this.readText();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.commit(), PAUSE);
  }

  commit() {
    clearTimeout(this.timer);
    const text = this.field.value;
    if (text === this.sent.at(-1).text) return;
    // Greater than before, also than that of an editor which was closed since.
    this.sequence = Math.max(Date.now(), this.sequence + 1);
    this.sent.push({ sequence: this.sequence, text });
    this.send("typed", { text, sequence: this.sequence, epoch: this.epoch });
  }

  // ------------------------------------------------------------------ keys

  onKey(event) {
    if (event.isComposing) return;
    const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const { key } = event;
    const leaves = this.leaving && (key === "Tab" || key === "Shift");
    this.leaving = key === "Escape" || leaves;
    if (leaves) return;
    if (key === "Tab" && isPlain) this.indent(event.shiftKey);
    else if (key === "Enter" && isPlain && !event.shiftKey) this.breakLine();
    else if (key === "/" && isCommand) this.changeLines(toggleComments);
    else if (key.toLowerCase() === "s" && isCommand && !event.shiftKey) this.commit();
    else return;
    event.preventDefault();
  }

  indent(isBack) {
    const { selectionStart, selectionEnd, value } = this.field;
    if (isBack) this.changeLines(outdentLines);
    else if (value.slice(selectionStart, selectionEnd).includes("\n")) {
      this.changeLines(indentLines);
    } else this.insert(STEP);
  }

  breakLine() {
    const { selectionStart, value } = this.field;
    const start = startOfLine(value, selectionStart);
    this.insert("\n" + value.slice(start, selectionStart).match(/^[ \t]*/)[0]);
  }

  // Replace the lines of the selection, which then holds the same characters as before.
  changeLines(change) {
    const { field } = this;
    const { selectionStart, selectionEnd, value } = field;
    const isOne = selectionStart === selectionEnd;
    const last = !isOne && value[selectionEnd - 1] === "\n" ? selectionEnd - 1 : selectionEnd;
    const start = startOfLine(value, selectionStart);
    const end = value.indexOf("\n", last) < 0 ? value.length : value.indexOf("\n", last);
    const before = value.slice(start, end).split("\n");
    const after = change(before);
    const text = after.join("\n");
    if (text === before.join("\n")) return;
    field.setSelectionRange(start, end);
    this.insert(text);
    const first = Math.max(start, selectionStart + after[0].length - before[0].length);
    const rest = Math.max(first, selectionEnd + text.length - (end - start));
    field.setSelectionRange(first, isOne ? first : rest);
  }

  // As if typed, so that the browser's own undo takes it back.
  insert(text) {
    const command = text ? "insertText" : "delete";
    if (document.execCommand(command, false, text)) return;
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(text, selectionStart, selectionEnd, "end");
    this.onInput();
  }

  // ------------------------------------------------------------------ findings

  showFindings(findings) {
    const key = JSON.stringify(findings);
    if (key === this.shownFindings) return;
    this.shownFindings = key;
    this.marks.clear();
    for (const finding of findings) {
      const line = Math.max(1, finding.line);
      this.marks.set(line, [...(this.marks.get(line) ?? []), finding]);
    }
    const errors = findings.filter((finding) => finding.severity === "error").length;
    const warnings = findings.length - errors;
    this.field.setAttribute("aria-invalid", String(errors > 0));
    this.count.textContent = findings.length
      ? `${number(errors, "error")}, ${number(warnings, "warning")}.`
      : "Nothing found wrong.";
    this.list.replaceChildren(...findings.slice(0, MOST_LISTED).map((found) => this.entry(found)));
    if (findings.length > MOST_LISTED) {
      this.list.append(make("li", "", `… and ${findings.length - MOST_LISTED} more.`));
    }
    this.drawAgain();
  }

  entry(finding) {
    const { line, column, severity, text } = finding;
    const button = make("button", "", "");
    button.type = "button";
    button.setAttribute("aria-label", `${severity}, line ${line}, column ${column}: ${text}`);
    button.append(make("span", `sign ${severity}`, SIGNS[severity]), ` ${line}:${column} ${text}`);
    button.addEventListener("click", () => this.jump(line, column));
    const entry = make("li", "", "");
    entry.append(button);
    return entry;
  }

  // Line and column counted from 1.
  jump(line, column) {
    const { field } = this;
    const place = { line: line - 1, column: column - 1 };
    const offset = offsetAt(this.lines, place);
    field.setSelectionRange(offset, offset);
    field.focus();
    const there = placeAt(field.value, offset);
    const middle = there.line * LINE - (field.clientHeight - LINE) / 2;
    const right = EDGE + there.column * this.widthOfCharacter();
    field.scrollTop = Math.max(0, middle);
    field.scrollLeft = right < field.clientWidth - 40 ? 0 : right - field.clientWidth / 2;
    this.draw();
  }

  widthOfCharacter() {
    const ruler = make("span", "row", "0".repeat(100));
    this.rows.append(ruler);
    const width = ruler.getBoundingClientRect().width / 100;
    ruler.remove();
    return width;
  }

  // ------------------------------------------------------------------ drawing

  readText() {
    this.lines = this.field.value.split("\n");
    this.textLines = findTextLines(this.lines);
    this.gutter.style.width = `calc(${String(this.lines.length).length + 1}ch + 22px)`;
    this.drawAgain();
  }

  drawAgain() {
    this.shown = "";
    this.draw();
  }

  draw() {
    const { scrollTop, scrollLeft, clientHeight } = this.field;
    this.rows.style.transform = `translate(${-scrollLeft}px, ${-scrollTop}px)`;
    this.numbers.style.transform = `translateY(${-scrollTop}px)`;
    const first = Math.max(0, Math.floor(scrollTop / LINE) - SPARE);
    const inView = Math.ceil(clientHeight / LINE) + 2 * SPARE;
    const last = Math.min(this.lines.length, first + inView);
    const wanted = `${first} ${last}`;
    if (wanted === this.shown) return;
    this.shown = wanted;
    const indices = Array.from({ length: last - first }, (_, i) => first + i);
    this.rows.replaceChildren(...indices.map((index) => this.textRow(index)));
    this.numbers.replaceChildren(...indices.map((index) => this.numberRow(index)));
  }

  textRow(index) {
    const row = makeRow(index);
    const options = { isText: this.textLines[index], numbers: this.pattern };
    paintLine(row, this.lines[index], options);
    return row;
  }

  numberRow(index) {
    const row = makeRow(index);
    const found = this.marks.get(index + 1);
    if (found) {
      const severity = found.some((one) => one.severity === "error") ? "error" : "warning";
      row.append(make("span", `sign ${severity}`, SIGNS[severity]));
      row.title = found.map((one) => `${one.severity}: ${one.text}`).join("\n");
    }
    row.append(String(index + 1));
    return row;
  }
}

function makeRow(index) {
  const row = make("div", "row", "");
  row.style.top = `${index * LINE}px`;
  return row;
}

function make(tag, kind, text) {
  const element = document.createElement(tag);
  element.className = kind;
  element.textContent = text;
  return element;
}

function number(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
