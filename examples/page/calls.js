/** Each `call` runs as it stands here, and is printed as it stands here. */
export const groups = (api) => [
  {
    title: "Allowed",
    note: "The policy lists this page’s origin, so its scripts may read the answers.",
    calls: [
      {
        id: "simple",
        title: "A simple GET",
        lesson:
          "Nothing is asked beforehand. The answer names this origin, and lets the script read one header more than usual: X-Total-Count is exposed, X-Shelf is not.",
        call: () => fetch(api("/books")),
      },
      {
        id: "json",
        title: "A POST with JSON",
        lesson:
          "JSON is not what a form could send, so the browser asks first, in a preflight: may this origin send a Content-Type of its own?",
        call: () => fetch(api("/books"), {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ title: "Persuasion" }),
        }),
      },
      {
        id: "put",
        title: "A PUT",
        lesson:
          "PUT always asks first. Nobody listed the methods: the answer names those that this URL really serves.",
        call: () => fetch(api("/books/2"), {
          method: "PUT",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ title: "Adam Bede" }),
        }),
      },
      {
        id: "header",
        title: "A header of our own",
        lesson:
          "Any header that is not on the browser’s short list is asked for by name, and X-Edition is one the policy allows.",
        call: () => fetch(api("/books/1"), {
          headers: { "X-Edition": "pocket" },
        }),
      },
      {
        id: "cookies",
        title: "With cookies",
        lesson:
          "Cookies travel when both sides say so: the script includes them, the policy has credentials=True. Run it again, and the count goes on.",
        call: () => fetch(api("/visits"), {
          credentials: "include",
        }),
      },
    ],
  },
  {
    title: "Errors a script can read",
    note: "Without the headers each of these would look like a broken network.",
    calls: [
      {
        id: "unauthorized",
        title: "401, not logged in",
        lesson:
          "The refusal is the API’s own, and the script may read it: it can tell a log-in page from a lost connection.",
        call: () => fetch(api("/loans/mine")),
      },
      {
        id: "missing",
        title: "404, no such route",
        lesson:
          "No view answers here, so the app’s policy decides, and the script sees a true 404.",
        call: () => fetch(api("/magazines")),
      },
      {
        id: "broken",
        title: "500, the view fails",
        lesson:
          "The view raised an exception. Even then the headers are on the answer, so that the page can say what happened.",
        call: () => fetch(api("/broken")),
      },
    ],
  },
  {
    title: "Refused",
    note: "A script only ever learns that its fetch failed. The server knows why, and says what to change.",
    calls: [
      {
        id: "origin",
        title: "By origin",
        lesson:
          "The view has a policy of its own, for a partner, and this page is not one. The view ran all the same: what is refused is reading its answer.",
        call: () => fetch(api("/prices")),
      },
      {
        id: "method",
        title: "By method",
        lesson:
          "The route would serve DELETE, but its policy lists GET alone. The preflight says so, and the DELETE is never sent.",
        call: () => fetch(api("/loans"), {
          method: "DELETE",
        }),
      },
      {
        id: "name",
        title: "By header",
        lesson:
          "The policy does not list X-Debug. The browser gets the whole list, misses this one, and stops.",
        call: () => fetch(api("/books"), {
          headers: { "X-Debug": "1" },
        }),
      },
      {
        id: "anonymous",
        title: "By the browser itself",
        lesson:
          "Everybody may read the catalogue, but anonymously: with cookies a browser does not accept *. The server cannot know that the script asked for more.",
        call: () => fetch(api("/catalogue"), {
          credentials: "include",
        }),
      },
    ],
  },
];
