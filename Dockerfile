# Both programs of RobustMQ Meta in one image, run by the Node that package-lock.json pins.
#
# BUILD_BASE has Node ≥ 20 with npm; RUNTIME_BASE has glibc, libstdc++ and a shell. The image holds
# no compiler, no npm, nothing that the programs do not load.
ARG BUILD_BASE=node:24-bookworm-slim
ARG RUNTIME_BASE=debian:bookworm-slim

FROM ${BUILD_BASE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run build \
  && mv node_modules/node/bin/node /src/node \
  && npm prune --omit=dev

FROM ${RUNTIME_BASE}
COPY --from=build /src/node /usr/local/bin/node
COPY --from=build /src/node_modules /opt/robustmq-meta/node_modules
COPY --from=build /src/dist /opt/robustmq-meta/dist
# robustmq-meta is beside the server, robustmq-operator beside the operator.
ENV PATH=/opt/robustmq-meta/dist/server:/opt/robustmq-meta/dist/operator:/usr/local/bin:/usr/bin:/bin
ENV NODE_ENV=production
# Nobody by name: kubelet can tell from a number that it is not root.
USER 65532:65532
EXPOSE 1228 1230 58081
ENTRYPOINT ["robustmq-meta"]
CMD ["--help"]
