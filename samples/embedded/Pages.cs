/// <summary>What a browser is shown.</summary>
internal static class Pages
{
    public const string Inbox = """
        <!doctype html>
        <title>Inbox</title>
        <form id="login"><input name="name" placeholder="your name" required> <button>Sign in</button></form>
        <form id="send" hidden><input name="to" placeholder="to" required> <input name="text" placeholder="message" required> <button>Send</button></form>
        <ul id="messages"></ul>
        <script>
          const form = (id, send) => document.getElementById(id).onsubmit = async event => {
            event.preventDefault();
            await send(Object.fromEntries(new FormData(event.target)));
          };
          form("login", async ({ name }) => {
            await fetch("/login?name=" + encodeURIComponent(name), { method: "POST" });
            document.getElementById("send").hidden = false;
            new EventSource("/inbox").onmessage = event =>
              document.getElementById("messages").append(Object.assign(document.createElement("li"), { textContent: event.data }));
          });
          form("send", ({ to, text }) => fetch("/messages/" + encodeURIComponent(to), { method: "POST", body: text }));
        </script>
        """;
}
