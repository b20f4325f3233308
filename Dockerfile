# The worker. glibc, since Temporal's core is built for it; pinned by digest (Node 20 on Debian 12, slim).
ARG NODE_IMAGE=node:20-bookworm-slim@sha256:2cf067cfed83d5ea958367df9f966191a942351a2df77d6f0193e162b5febfc0

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# Dependencies first: they change less often than the sources. The build is run below, once the sources are there.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts ./scripts
COPY domain ./domain
COPY workflows ./workflows
COPY activities ./activities
COPY adapters ./adapters
COPY worker ./worker
COPY client ./client
COPY receiver ./receiver
COPY local ./local
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# Temporal's core trusts the system's authorities alone, not Node's, and the slim image has none.
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Not root, and nothing in the image is writable to it. The number, so that `runAsNonRoot` can be checked.
USER 65532:65532
EXPOSE 8080
CMD ["node", "dist/worker/main.js"]
