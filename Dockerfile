# The image of a release: `docker build -t antiphon .` One process that is nobody's but its own (uid 10001), a root that it need not write to, one volume.
# How to run it: docs/guide/ways-to-run.md

# The package, whatever platform it is for: built, and started once to prove it.
FROM --platform=$BUILDPLATFORM node:24.21.0-trixie-slim AS package
WORKDIR /source
COPY package.json package-lock.json ./
COPY console/package.json console/
COPY demo/package.json demo/
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
RUN node scripts/build.ts && npm pack ./dist

# The same as any machine installs it: machine code of the platform that the image is for.
FROM node:24.21.0-trixie-slim AS installed
COPY --from=package /source/antiphon-*.tgz /tmp/
RUN npm install --prefix /opt/antiphon --no-audit --no-fund /tmp/antiphon-*.tgz

# No npm, and nothing that builds.
FROM debian:trixie-slim
COPY --from=installed /usr/local/bin/node /usr/local/bin/
COPY --from=installed /opt/antiphon/node_modules /opt/antiphon/node_modules
RUN ln -s /opt/antiphon/node_modules/.bin/antiphon /usr/local/bin/antiphon && install -d -o 10001 -g 10001 -m 700 /data
USER 10001:10001
# The database is ./data/antiphon.db unless ANTIPHON_DATABASE_URL says otherwise.
WORKDIR /
VOLUME /data
ENV NODE_ENV=production ANTIPHON_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["antiphon", "health"]
ENTRYPOINT ["antiphon"]
CMD ["serve"]
