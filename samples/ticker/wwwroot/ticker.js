const points = 60;
const svg = "http://www.w3.org/2000/svg";
const state = document.getElementById("state");
let seen = 0;

function child(parent, tag, className) {
  const made = tag === "svg" || tag === "polyline" ? document.createElementNS(svg, tag) : document.createElement(tag);
  made.setAttribute("class", className);
  parent.append(made);
  return made;
}

// What is drawn on a card is drawn once a frame, however many prices came in between.
function card(symbol) {
  const article = child(document.getElementById("prices"), "article", "");
  article.id = symbol;
  child(article, "h2", "").textContent = symbol;
  const price = child(article, "p", "price");
  const change = child(article, "p", "change");
  const plot = child(article, "svg", "plot");
  plot.setAttribute("viewBox", `0 0 ${points - 1} 20`);
  plot.setAttribute("preserveAspectRatio", "none");
  plot.setAttribute("aria-hidden", "true");
  const line = child(plot, "polyline", "");
  const history = [];
  let isDue = false;
  price.textContent = "–";

  function draw() {
    isDue = false;
    const [low, high, last] = [Math.min(...history), Math.max(...history), history.at(-1)];
    const percent = (last / history[0] - 1) * 100;
    price.textContent = last.toFixed(2);
    change.textContent = `${percent < 0 ? "▼" : "▲"} ${Math.abs(percent).toFixed(2)} %`;
    article.dataset.way = percent < 0 ? "down" : "up";
    line.setAttribute("points", history.map((value, i) => `${points - history.length + i},${19 - ((value - low) / (high - low || 1)) * 18}`).join(" "));
  }

  return ({ data }) => {
    history.push(Number(data));
    if (history.length > points) history.shift();
    seen++;
    if (!isDue) {
      isDue = true;
      requestAnimationFrame(draw);
    }
  };
}

fetch("symbols").then((answer) => answer.json()).then((names) => {
  const source = new EventSource("prices?lastEventId=newcomer");
  source.onopen = () => { state.textContent = "live"; };
  source.onerror = () => { state.textContent = source.readyState === EventSource.CLOSED ? "refused" : "reconnecting"; };
  for (const name of names) source.addEventListener(name, card(name));
});

setInterval(() => {
  document.getElementById("rate").textContent = seen;
  seen = 0;
}, 1000);
