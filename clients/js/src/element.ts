import { SseFabric, type Subscription } from "./client.js";
import type { Options } from "./types.js";

/** Types whose `sse.TYPE` says something of the connection, whatever a publisher names so. */
const own = /^(open|error|gap|end)$/;

/**
 * Defines an element that is subscribed as long as it is in the page: `<sse-events src="/events" channels="news orders">`.
 * It dispatches `sse-event` for each event, `sse.TYPE` too unless that is the name of one of its own, and those: `sse.open`, `sse.error`, `sse.gap` and `sse.end`.
 * They bubble, and `detail` is what a handler would get.
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
        const dispatch = (type: string, detail?: unknown) => this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true }));
        this.#subscription = fabric.subscribe(channels, {
          onevent: event => {
            if (!own.test(event.type)) dispatch("sse." + event.type, event);
            dispatch("sse-event", event);
          },
          ongap: gap => dispatch("sse.gap", gap),
          onopen: () => dispatch("sse.open"),
          onerror: problem => dispatch("sse.error", problem),
          onend: reason => dispatch("sse.end", reason),
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
