# One image; docker-compose.yml starts it as web server, worker and beat.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PORTAL_VAR=/var/lib/portal STATIC_ROOT=/srv/static
WORKDIR /srv/portal
RUN useradd --system --home /srv/portal portal \
    && mkdir -p /var/lib/portal /srv/static \
    && chown portal /var/lib/portal /srv/static

COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock

COPY . .
USER portal
RUN python manage.py collectstatic --no-input --verbosity 0
VOLUME /var/lib/portal
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--no-control-socket", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "4"]
