# syntax=docker/dockerfile:1

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No install scripts: the image has its Node, and nothing else asks for one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npx tsc -p tsconfig.build.json && node scripts/copy-assets.mjs

FROM node:24-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4400 COUNTERSIGN_DATA=/data
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=packages /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY policies policies
# What is kept outside Redis: a volume belongs here.
RUN mkdir /data && chown node /data
USER node
EXPOSE 4400
ENTRYPOINT ["node", "dist/cli/main.js"]
CMD ["api"]
