import { SseFabric, type Subscription } from "./client.js";
import type { Options } from "./types.js";

/**
 * Defines an element that is subscribed as long as it is in the page: `<sse-events src="/events" channels="news orders">`.
 * It dispatches `sse.TYPE` for each event, and `sse.open`, `sse.error`, `sse.gap` and `sse.end`; they bubble, and `detail` is what a handler would get.
 */
export function defineElement(name = "sse-events", options?: Options): void {
  const fabrics = new Map<string, SseFabric>();
  customElements.define(
    name,
    class extends HTMLElement {
      static readonly observedAttributes = ["src", "channels"];
      #subscription?: Subscription;

      connectedCallback(): void {
        this.#subscription?.close();
        const channels = this.getAttribute("channels")?.match(/\S+/g);
        if (!this.isConnected || !channels) return;
        const src = this.getAttribute("src") || "/events";
        const fabric = fabrics.get(src) ?? new SseFabric(src, options);
        fabrics.set(src, fabric);
        const dispatch = (type: string, detail?: unknown) => this.dispatchEvent(new CustomEvent("sse." + type, { detail, bubbles: true }));
        this.#subscription = fabric.subscribe(channels, {
          onevent: event => dispatch(event.type, event),
          ongap: gap => dispatch("gap", gap),
          onopen: () => dispatch("open"),
          onerror: problem => dispatch("error", problem),
          onend: reason => dispatch("end", reason),
        });
      }

      disconnectedCallback(): void {
        this.#subscription?.close();
      }

      attributeChangedCallback(): void {
        this.connectedCallback();
      }
    },
  );
}
