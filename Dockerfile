FROM node:24-bookworm-slim AS build
WORKDIR /firstline
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 DATABASE_PATH=/data/firstline.sqlite
WORKDIR /firstline
COPY --from=build /firstline/dist ./dist
COPY --from=build /firstline/node_modules/better-sqlite3 ./node_modules/better-sqlite3
COPY --from=build /firstline/package.json ./
COPY forms ./forms
COPY routing-rules ./routing-rules
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=30s --timeout=5s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 8787) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/firstline.js", "serve"]
