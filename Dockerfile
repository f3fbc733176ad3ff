# Meridian's image: one for web, worker, beat and the migration step; docker-compose.yml says which is which.
FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt .
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin meridian \
    && install -d -o meridian -g meridian /app /var/lib/meridian
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ERP_VAR=/var/lib/meridian
# Hashed static files are part of the image: they belong to the code, not to the installation.
RUN ERP_STATIC=/app/static-collected SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build \
    REDIS_URL=redis://localhost python manage.py collectstatic --no-input --verbosity 0
ENV ERP_STATIC=/app/static-collected
USER meridian
VOLUME /var/lib/meridian
EXPOSE 8000
CMD ["python", "-m", "erp.launcher", "exec", "web"]
