// Asks Python again after a while, for as long as the page is shown.
//
// Theory of operation: ticking.py says why. Streamlit calls the default function at every run of the
// fragment, and each is followed by one tick. So nothing is asked while an answer is outstanding,
// however long it takes. Streamlit also ends tickers that stay (decision 0039): these go on.
//
// Rules: no tick is sent between a click on a link to another page and that page. What the server
// had said before may come after the click, and begin a ticker anew; so the click is noted in the
// document.

const PATIENCE = 10_000; // ms until it is asked again where nothing was answered
const LEAVE = 30_000; // ms for which another page is waited for
const BACK = 3_000; // the same after a step in the history, which has changed the address at once

const LEFT = Symbol.for("hasim.left");
const tickers = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  noteDeparture();
  if (!tickers.has(root)) tickers.set(root, new Ticker());
  const ticker = tickers.get(root);
  ticker.receive(component.data, component.setTriggerValue);
  return () => {
    if (root.isConnected) return;
    clearTimeout(ticker.timer);
    tickers.delete(root);
  };
}

class Ticker {
  constructor() {
    this.last = performance.now();
  }

  // Python has looked: the next look is due so long after the last tick.
  receive({ look, pause }, send) {
    if (look === this.look) return;
    Object.assign(this, { look, pause: 1000 * pause, send });
    this.wait(this.last + this.pause - performance.now());
  }

  wait(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tick(), delay);
  }

  tick() {
    if (isLeaving()) return this.wait(this.pause);
    this.last = performance.now();
    this.send("tick", this.look);
    return this.wait(PATIENCE);
  }
}

function noteDeparture() {
  if (LEFT in document) return;
  document[LEFT] = null;
  const note = (path, patience) => {
    document[LEFT] = { path, until: performance.now() + patience };
  };
  window.addEventListener("popstate", () => note(null, BACK), true);
  const onClick = (event) => {
    const path = pathOf(event);
    if (path !== undefined) note(path, LEAVE);
  };
  document.addEventListener("click", onClick, true);
}

// The path that a click leads to in this tab, if it does.
function pathOf(event) {
  const link = event.composedPath().find((node) => node.tagName === "A" && node.href);
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const isHere = link?.origin === location.origin && (link.target || "_self") === "_self";
  return isHere && isPlain ? link.pathname : undefined;
}

function isLeaving() {
  const left = document[LEFT];
  return left !== null && left.path !== location.pathname && performance.now() < left.until;
}
