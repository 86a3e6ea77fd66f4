// The processes of the cluster, and what they are at.

import { count, make, write } from "./format.js";

export class Processes {
  #frontends = new Rows("frontends", process => [process.connected, process.events]);
  #silos = new Rows("silos", process => [process.channels, process.published]);

  show({ frontends, silos }) {
    this.#frontends.show(frontends);
    this.#silos.show(silos);
  }
}

class Rows {
  #body;
  #figures;
  #rows = new Map();

  constructor(id, figures) {
    this.#body = document.getElementById(id);
    this.#figures = figures;
  }

  show(processes) {
    const rows = new Map();
    for (const process of processes) {
      const id = `${process.name} ${process.address}`;
      const row = this.#rows.get(id) ?? this.#row(process);
      row.state.dataset.state = process.state;
      write(row.state, process.state);
      this.#figures(process).forEach((figure, index) => write(row.figures[index], count(figure)));
      rows.set(id, row);
    }

    if (rows.size !== this.#rows.size || [...rows.keys()].some(id => !this.#rows.has(id))) {
      this.#body.replaceChildren(...[...rows.values()].map(row => row.element));
    }

    this.#rows = rows;
  }

  #row(process) {
    const element = make("tr");
    const name = make("td", "", process.name);
    if (process.address) {
      name.append(make("span", "address", process.address));
    }

    const state = make("span", "state");
    const cell = make("td");
    cell.append(state);
    const figures = [make("td", "number"), make("td", "number")];
    element.append(name, cell, ...figures);
    return { element, state, figures };
  }
}
