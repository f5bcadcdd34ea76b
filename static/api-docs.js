// Swagger UI on the page for people who write a client; the file it reads is on this server.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const place = document.getElementById("swagger-ui");
  window.SwaggerUIBundle({
    url: place.getAttribute("data-schema"),
    domNode: place,
    deepLinking: true,
    validatorUrl: null,
  });
});
