"""The JavaScript that makes the calls of many combinations in one page."""

RUN = """
async (combinations) => {
  const bodyOf = ({kind, text, type}) => ({
    text: () => text,
    bytes: () => new TextEncoder().encode(text),
    blob: () => new Blob([text], {type}),
    form: () => new URLSearchParams(text),
    multipart: () => {
      const form = new FormData();
      form.append("field", text);
      return form;
    },
  })[kind]();
  // A hanging server must never look like a refusal: it ends as a TimeoutError.
  const patience = 15000;
  const byFetch = async ({url, method, headers, body, credentials, mode, redirect}) => {
    const signal = AbortSignal.timeout(patience);
    const options = {method, headers, credentials, mode, redirect, signal};
    if (body) options.body = bodyOf(body);
    const response = await fetch(url, options);
    return {
      type: response.type,
      status: response.status,
      headers: [...response.headers],
      body: await response.text(),
      url: response.url,
      redirected: response.redirected,
    };
  };
  const byRequest = ({url, method, headers, body, credentials, means}) =>
    new Promise((resolve, reject) => {
      const fail = (name) => () => reject(new DOMException("", name));
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = patience;
      request.withCredentials = credentials === "include";
      for (const [name, value] of headers) request.setRequestHeader(name, value);
      if (means === "upload") request.upload.onprogress = () => {};
      request.onerror = fail("NetworkError");
      request.ontimeout = fail("TimeoutError");
      request.onload = () => resolve({
        type: "xhr",
        status: request.status,
        headers: request.getAllResponseHeaders().trim().split("\\r\\n").filter(Boolean)
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
        body: request.responseText,
        url: request.responseURL,
        redirected: false,
      });
      request.send(body ? bodyOf(body) : null);
    });
  const callOf = async (call) => {
    try {
      return await (call.means === "fetch" ? byFetch : byRequest)(call);
    } catch (error) {
      return {error: `${error.name}: ${error.message}`};
    }
  };
  const results = combinations.map(() => []);
  let next = 0;
  const work = async () => {
    while (next < combinations.length) {
      const mine = next++;
      for (const call of combinations[mine]) results[mine].push(await callOf(call));
    }
  };
  await Promise.all(Array.from({length: 6}, work));
  return results;
}
"""
