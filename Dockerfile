# Monitor in a slim image: the locked packages, the wheel, an unprivileged user. The store lives in the volume /data.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY monitor monitor
COPY config config
COPY cassettes cassettes
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
# Zone files come as a Python package (tzdata), roots of trust as another (certifi): no apt layer is needed.
RUN useradd --uid 10001 --create-home --home-dir /data monitor
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MONITOR_CONFIG=/config \
    MONITOR_STORE=sqlite:////data/monitor.db
USER monitor
WORKDIR /data
VOLUME ["/data", "/config"]
ENTRYPOINT ["monitor"]
# A sign of life is written every 5 s; an image that is older than its store, or a full disk, shows here as well.
HEALTHCHECK --interval=60s --timeout=15s --start-period=30s CMD ["monitor", "health"]
CMD ["run"]
