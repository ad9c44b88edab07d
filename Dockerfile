# The image of checkpost: built in one stage, run from another that holds no build tool.
#
# The base is named by an argument, so that a release pins it by digest and a developer need not:
#   docker build --build-arg PYTHON_IMAGE=python:3.13-slim@sha256:<digest> -t checkpost:0.1.0 .
# The tag below is what to look the digest up for; both stages must use the same one, because the environment
# of the first runs on the Python of the second.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS builder
WORKDIR /src
# No pip in the environment: the builder's own installs into it, and the image that runs has no installer there.
RUN python3 -m venv --without-pip /opt/checkpost
# The lock file first, so that a change of the code reuses the layer of the dependencies.
COPY requirements.lock ./
RUN pip --python /opt/checkpost/bin/python3 install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY bots/ bots/
COPY core/ core/
COPY policies/ policies/
RUN pip --python /opt/checkpost/bin/python3 install --no-cache-dir --no-deps .
# The bill of materials, of what is in this environment and nothing else. It also proves that the command starts.
# hadolint ignore=DL3059
RUN /opt/checkpost/bin/checkpost sbom --out /opt/checkpost/sbom.json

FROM ${PYTHON_IMAGE}
ARG PYTHON_IMAGE
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="checkpost" \
      org.opencontainers.image.description="Checks the draft of a public post, privately, before the world sees it." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.opencontainers.image.documentation="docs/operating.md" \
      org.opencontainers.image.base.name="${PYTHON_IMAGE}"
# The user has a name, because the command line is audited as cli:<os user>. /data is where SQLite lives.
RUN groupadd --gid 10001 checkpost \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin checkpost \
 && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=builder /opt/checkpost /opt/checkpost
# The policies once more, at a path without the Python version in it: single files can be laid over them.
COPY policies/ /etc/checkpost/policies/
# The root may be mounted read-only: nothing is written outside /data and /tmp. CHECKPOST_DATABASE_URL stays unset:
# its default is a file in the working directory, and a deployment may give it as CHECKPOST_DATABASE_URL_FILE.
ENV PATH=/opt/checkpost/bin:${PATH} \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    ORT_DISABLE_TELEMETRY=1 \
    HOME=/tmp \
    TMPDIR=/tmp \
    CHECKPOST_POLICY_DIR=/etc/checkpost/policies \
    HOST=0.0.0.0 \
    PORT=8080
WORKDIR /data
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
# No shell, no curl and no proxy: http.client asks this container itself, on the operations port where one is set.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
    CMD ["python3", "-c", "import http.client, os, sys; port = os.environ.get('CHECKPOST_OPS_PORT') or os.environ['PORT']; c = http.client.HTTPConnection('127.0.0.1', int(port), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["checkpost"]
CMD ["serve"]
