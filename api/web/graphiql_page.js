"use strict";
const example = `{
  meta { release { number createdAt } counts { snps cpgs genes traits mqtl eqtl associations predicted } }
  studies(first: 10) { nodes { id kind tissue citation } }
}
`;
const fetcher = GraphiQL.createFetcher({ url: new URL("graphql", location.href).href });
const page = React.createElement(GraphiQL, { fetcher, defaultQuery: example });
ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
