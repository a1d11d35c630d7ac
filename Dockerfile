# FloorOps for servers of the plant: see docs/deploy.md. Built once, run as web, worker, beat and for one-off commands.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 \
    DJANGO_SETTINGS_MODULE=floorops.settings.prod FLOOROPS_VAR=/srv/floorops/var
WORKDIR /srv/floorops/app
COPY requirements.txt ./
RUN pip install -r requirements.txt
COPY . .
RUN useradd --system --home /srv/floorops --shell /usr/sbin/nologin floorops \
    && mkdir -p /srv/floorops/var/media /srv/floorops/var/static \
    && SECRET_KEY=build ALLOWED_HOSTS=build DATABASE_URL=postgres://build@127.0.0.1:1/build REDIS_URL=redis://127.0.0.1:1/0 \
       python -m stack.prepare files \
    && chown -R floorops /srv/floorops/var
USER floorops
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "floorops.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", "--threads", "4", \
     "--no-control-socket", "--access-logfile", "-"]
