// Signing in in another tab changes the token that forms carry: [data-fresh-token] forms take the new one along.
for (const form of document.querySelectorAll("form[data-fresh-token]")) {
  form.addEventListener("submit", () => {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
    if (token) form.elements.csrfmiddlewaretoken.value = token;
  });
}
