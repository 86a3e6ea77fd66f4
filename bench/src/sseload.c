/*
 * sseload - Server-Sent Events fan-out load generator and stamped publisher.
 *
 *   sseload sub ...   open N SSE connections and measure what arrives on them
 *   sseload pub ...   publish stamped messages to Redis or over HTTP POST
 *
 * One file, C11, Linux only (epoll). Build: cc -O2 sseload.c -o sseload
 *
 * Every message published by "pub" begins with a stamp
 *
 *     t=<CLOCK_MONOTONIC ns>;n=<sequence number within the channel, from 1>;
 *
 * and is padded to --size bytes. "sub" reads the stamp back out of each event's
 * first data line: t gives the delivery latency (both programs must therefore
 * run on one machine), n gives losses, duplicates and reordering.
 *
 * Only loopback addresses (127.0.0.0/8) are accepted, so that a typing mistake
 * cannot aim the load at somebody else's machine.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

/* ------------------------------------------------------------------ utility */

static void die(const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    fputs("sseload: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    exit(2);
}

static inline uint64_t now_ns(void) {
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000ull + (uint64_t)ts.tv_nsec;
}

static uint64_t rng_state = 0x9E3779B97F4A7C15ull;
static inline uint64_t rng(void) { /* xorshift64* */
    uint64_t x = rng_state;
    x ^= x >> 12; x ^= x << 25; x ^= x >> 27;
    rng_state = x;
    return x * 2685821657736338717ull;
}

static struct sockaddr_in loopback_addr(const char *host, int port) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (!strcmp(host, "localhost")) host = "127.0.0.1";
    if (inet_pton(AF_INET, host, &a.sin_addr) != 1) die("'%s' is not an IPv4 address", host);
    if ((ntohl(a.sin_addr.s_addr) >> 24) != 127) die("'%s' is not a loopback address; refusing", host);
    if (port < 1 || port > 65535) die("bad port %d", port);
    return a;
}

static void parse_hostport(const char *s, struct sockaddr_in *out) {
    char buf[128];
    snprintf(buf, sizeof buf, "%s", s);
    char *c = strrchr(buf, ':');
    if (!c) die("expected HOST:PORT, got '%s'", s);
    *c = 0;
    *out = loopback_addr(*buf ? buf : "127.0.0.1", atoi(c + 1));
}

/* Raise the soft limit on open files to the hard limit. */
static rlim_t raise_nofile(void) {
    struct rlimit rl;
    if (getrlimit(RLIMIT_NOFILE, &rl)) return 1024;
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    getrlimit(RLIMIT_NOFILE, &rl);
    return rl.rlim_cur;
}

/*
 * Latency histogram: 64 linear sub-buckets for each power of two, so a bucket
 * is at most 1/64 (1.6 %) wide. Values are ns; percentiles report the bucket's
 * upper edge.
 */
#define H_SUB 64
#define H_BUCKETS ((64 - 6 + 1) * H_SUB)
struct hist {
    uint64_t n, sum, max, min;
    uint32_t b[H_BUCKETS];
};

static inline int hist_index(uint64_t v) {
    if (v < H_SUB) return (int)v;
    int e = 63 - __builtin_clzll(v); /* >= 6 */
    return (e - 5) * H_SUB + (int)((v >> (e - 6)) & (H_SUB - 1));
}
static uint64_t hist_upper(int i) {
    if (i < H_SUB) return (uint64_t)i;
    int e = i / H_SUB + 5;
    uint64_t step = 1ull << (e - 6);
    return (1ull << e) + (uint64_t)(i % H_SUB) * step + step - 1;
}
static inline void hist_add(struct hist *h, uint64_t v) {
    h->b[hist_index(v)]++;
    h->n++;
    h->sum += v;
    if (v > h->max) h->max = v;
    if (!h->min || v < h->min) h->min = v;
}
static void hist_merge(struct hist *d, const struct hist *s) {
    for (int i = 0; i < H_BUCKETS; i++) d->b[i] += s->b[i];
    d->n += s->n;
    d->sum += s->sum;
    if (s->max > d->max) d->max = s->max;
    if (s->min && (!d->min || s->min < d->min)) d->min = s->min;
}
static uint64_t hist_pct(const struct hist *h, double p) {
    if (!h->n) return 0;
    uint64_t want = (uint64_t)(p / 100.0 * (double)h->n + 0.5), seen = 0;
    if (want < 1) want = 1;
    for (int i = 0; i < H_BUCKETS; i++) {
        seen += h->b[i];
        if (seen >= want) {
            uint64_t u = hist_upper(i);
            return u < h->max ? u : h->max;
        }
    }
    return h->max;
}

static void print_hist_json(FILE *f, const char *name, const struct hist *h) {
    fprintf(f, "\"%s\":{\"n\":%" PRIu64 ",\"mean\":%.1f,\"min\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f}",
            name, h->n, h->n ? (double)h->sum / (double)h->n / 1e3 : 0, (double)h->min / 1e3,
            (double)hist_pct(h, 50) / 1e3, (double)hist_pct(h, 90) / 1e3, (double)hist_pct(h, 99) / 1e3,
            (double)hist_pct(h, 99.9) / 1e3, (double)h->max / 1e3);
}

/* --------------------------------------------------------- shared statistics */

/* One per worker process. Plain stores by the owner, plain loads by readers. */
struct stats {
    _Atomic uint64_t received;  /* stamped events seen for the first time, this phase */
    uint64_t bytes;             /* bytes read after the response header, this phase */
    uint64_t reads;             /* recv() calls that returned data, this phase */
    uint64_t dup, ooo, gaps;    /* ordering, this phase */
    uint64_t unstamped;         /* events without a stamp, this phase */
    uint64_t comments;          /* comment lines (heartbeats), this phase */
    uint64_t badlat;            /* stamps from the future, this phase */
    uint64_t first_ns, last_ns; /* arrival of the first and the last stamped event, this phase */
    uint64_t closed;            /* connections lost after their header, this phase */
    struct hist lat;
    struct hist caught_up;      /* from the first connect of "resume" to the last missed event, this phase */

    /* connection setup; reset by "cut" only */
    uint64_t attempted, established, ready, http_err, conn_err, early_close, retries;
    uint64_t conn_first_ns, conn_last_ns;
    struct hist tconn, ttfb;
    int last_status, last_errno;

    _Atomic uint32_t phase_seen; /* acknowledges shm->phase */
    _Atomic uint32_t cut_seen;   /* acknowledges shm->cut */
    _Atomic uint32_t done_connecting;
    _Atomic uint32_t open_now;
};

#define SHM_MAGIC 0x53534c4f41443031ull
#define MAX_PROCS 16
struct shm {
    uint64_t magic;
    uint32_t procs;
    _Atomic uint32_t phase; /* bumped to start a new phase */
    _Atomic uint32_t go;    /* connect gate */
    _Atomic uint32_t cut;   /* bumped to close every connection */
    _Atomic uint32_t missed; /* events of this phase that make a connection caught up; 0: not asked */
    _Atomic uint32_t stop;
    struct stats s[MAX_PROCS];
};

static uint64_t shm_received(const struct shm *m) {
    uint64_t t = 0;
    for (uint32_t i = 0; i < m->procs; i++)
        t += atomic_load_explicit(&m->s[i].received, memory_order_relaxed);
    return t;
}

/* --------------------------------------------------------------- subscribers */

struct sub_opts {
    struct sockaddr_in dst;
    const char *path;
    int n, inflight, procs, srcs, stall, timeout_ms, retry;
    double duration, rate;
    const char *headers[32];
    int nheaders;
    bool json, control, rst, churn;
    const char *shm_path;
    char host[64];
};

enum { C_IDLE, C_CONNECTING, C_HEADER, C_BODY, C_STALLED, C_CLOSED };
enum { K_IDENTITY, K_SIZE, K_SIZE_EXT, K_DATA, K_DATA_CR, K_TRAILER };

#define LINE_KEEP 96
#define ID_KEEP 64
#define HDR_MAX 4096

struct conn {
    int fd;
    uint8_t state, kstate;
    bool has_data, stamped;
    uint8_t tries;      /* failed attempts to come up */
    uint8_t line_n;     /* bytes kept of an unfinished line */
    bool line_open;     /* an unfinished line exists (line_n may be 0 only at start) */
    uint32_t idx;
    uint64_t kleft;     /* chunk bytes left; while K_SIZE the value read so far */
    uint64_t t0;        /* connect() */
    uint64_t last, win; /* highest sequence seen; bitmap of the 64 below and including it */
    uint32_t phase;
    uint64_t ev_t, ev_n; /* stamp of the event being read */
    uint64_t since;      /* first connect() since the start or the last cut */
    uint32_t got;        /* events seen for the first time, this phase */
    char *hdr;
    int hdr_n;
    uint8_t id_n, next_id_n; /* last event id, and the one that the next blank line makes it */
    char id[ID_KEEP], next_id[ID_KEEP];
    char line[LINE_KEEP];
};

static struct sub_opts so;
static struct shm *shm;
static struct stats *st;
static uint64_t rx_now;
static uint32_t cur_phase;

/* "{i}" -> connection index, "{i%K}" -> index modulo K */
static int expand_path(char *out, size_t cap, const char *tpl, unsigned idx) {
    size_t o = 0;
    for (const char *p = tpl; *p && o + 24 < cap;) {
        if (p[0] == '{' && p[1] == 'i') {
            unsigned long k = 0;
            const char *q = p + 2;
            if (*q == '%') k = strtoul(q + 1, (char **)&q, 10);
            if (*q == '}') {
                o += (size_t)snprintf(out + o, cap - o, "%lu", k ? idx % k : (unsigned long)idx);
                p = q + 1;
                continue;
            }
        }
        out[o++] = *p++;
    }
    out[o] = 0;
    return (int)o;
}

static void conn_close(struct conn *c, bool by_peer) {
    if (c->fd < 0) return;
    if (c->state == C_BODY && by_peer) st->closed++;
    if (c->state == C_BODY || c->state == C_STALLED)
        atomic_fetch_sub_explicit(&st->open_now, 1, memory_order_relaxed);
    if (so.rst) {
        struct linger l = {1, 0};
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
    }
    close(c->fd);
    c->fd = -1;
    c->state = C_CLOSED;
    free(c->hdr);
    c->hdr = NULL;
}

static void conn_reset(struct conn *c) {
    c->state = C_IDLE;
    c->has_data = c->stamped = c->line_open = false;
    c->line_n = 0;
    c->hdr_n = 0;
    c->last = c->win = 0;
    memcpy(c->next_id, c->id, c->next_id_n = c->id_n); /* outlives the connection, as a browser's does */
}

static inline void on_event(struct conn *c) {
    if (!c->stamped) {
        st->unstamped++;
        return;
    }
    if (c->phase != cur_phase) {
        c->phase = cur_phase;
        c->last = c->win = c->got = 0;
    }
    uint64_t n = c->ev_n;
    if (n > c->last) {
        uint64_t d = n - c->last;
        st->gaps += d - 1;
        c->win = d >= 64 ? 1 : (c->win << d) | 1;
        c->last = n;
    } else {
        uint64_t d = c->last - n;
        if (d < 64 && !(c->win >> d & 1)) { /* late, not lost */
            c->win |= 1ull << d;
            st->ooo++;
            if (st->gaps) st->gaps--;
        } else {
            st->dup++;
            return;
        }
    }
    if (!st->first_ns) st->first_ns = rx_now;
    st->last_ns = rx_now;
    if (rx_now >= c->ev_t) hist_add(&st->lat, rx_now - c->ev_t);
    else st->badlat++;
    if (++c->got == atomic_load_explicit(&shm->missed, memory_order_relaxed)) hist_add(&st->caught_up, rx_now - c->since);
    uint64_t r = atomic_load_explicit(&st->received, memory_order_relaxed);
    atomic_store_explicit(&st->received, r + 1, memory_order_relaxed);
}

/* One complete line without its LF. Only the first LINE_KEEP bytes of a long line are given. */
static inline void on_line(struct conn *c, const char *p, size_t n) {
    if (n && p[n - 1] == '\r') n--;
    if (n == 0) {
        memcpy(c->id, c->next_id, c->id_n = c->next_id_n);
        if (c->has_data) on_event(c);
        c->has_data = c->stamped = false;
        return;
    }
    if (p[0] == ':') {
        st->comments++;
        return;
    }
    if (n >= 3 && !memcmp(p, "id:", 3)) {
        size_t skip = n > 3 && p[3] == ' ' ? 4 : 3;
        if (n - skip > ID_KEEP) die("an id of more than %d bytes: not kept", ID_KEEP);
        memcpy(c->next_id, p + skip, c->next_id_n = (uint8_t)(n - skip));
        return;
    }
    if (n >= 5 && !memcmp(p, "data:", 5)) {
        if (c->has_data) return; /* further lines of the same event */
        c->has_data = true;
        const char *q = p + 5, *e = p + n;
        if (q < e && *q == ' ') q++;
        if (e - q > 4 && q[0] == 't' && q[1] == '=') {
            uint64_t t = 0, s = 0;
            for (q += 2; q < e && (unsigned)(*q - '0') < 10; q++) t = t * 10 + (unsigned)(*q - '0');
            if (e - q > 4 && q[0] == ';' && q[1] == 'n' && q[2] == '=') {
                for (q += 3; q < e && (unsigned)(*q - '0') < 10; q++) s = s * 10 + (unsigned)(*q - '0');
                if (q < e && *q == ';' && s) {
                    c->stamped = true;
                    c->ev_t = t;
                    c->ev_n = s;
                }
            }
        }
    }
}

static void on_body(struct conn *c, const char *p, size_t n) {
    const char *e = p + n;
    while (p < e) {
        const char *nl = memchr(p, '\n', (size_t)(e - p));
        if (!nl) {
            size_t k = (size_t)(e - p), room = LINE_KEEP - c->line_n;
            if (k > room) k = room;
            memcpy(c->line + c->line_n, p, k);
            c->line_n = (uint8_t)(c->line_n + k);
            c->line_open = true;
            return;
        }
        if (c->line_open) {
            size_t k = (size_t)(nl - p), room = LINE_KEEP - c->line_n;
            if (k > room) k = room;
            memcpy(c->line + c->line_n, p, k);
            size_t total = c->line_n + k;
            c->line_open = false;
            c->line_n = 0;
            on_line(c, c->line, total);
        } else {
            on_line(c, p, (size_t)(nl - p));
        }
        p = nl + 1;
    }
}

/* Undo the chunked coding. Returns false at the last chunk or on a syntax error. */
static bool on_chunked(struct conn *c, const char *p, size_t n) {
    const char *e = p + n;
    while (p < e) {
        switch (c->kstate) {
        case K_SIZE: {
            char ch = *p++;
            int v = ch >= '0' && ch <= '9' ? ch - '0'
                  : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10 : -1;
            if (v >= 0) c->kleft = c->kleft * 16 + (unsigned)v;
            else if (ch == '\n') {
                if (!c->kleft) return false;
                c->kstate = K_DATA;
            } else if (ch == ';' || ch == ' ') c->kstate = K_SIZE_EXT;
            else if (ch != '\r') return false;
            break;
        }
        case K_SIZE_EXT:
            if (*p++ == '\n') {
                if (!c->kleft) return false;
                c->kstate = K_DATA;
            }
            break;
        case K_DATA: {
            size_t k = (size_t)(e - p);
            if (k > c->kleft) k = c->kleft;
            on_body(c, p, k);
            p += k;
            c->kleft -= k;
            if (!c->kleft) c->kstate = K_DATA_CR;
            break;
        }
        case K_DATA_CR:
            if (*p++ == '\n') {
                c->kstate = K_SIZE;
                c->kleft = 0;
            }
            break;
        default:
            return false;
        }
    }
    return true;
}

static bool feed_body(struct conn *c, const char *p, size_t n) {
    st->bytes += n;
    if (c->kstate == K_IDENTITY) {
        on_body(c, p, n);
        return true;
    }
    return on_chunked(c, p, n);
}

/* Header bytes. Returns false if the connection is to be dropped. */
static bool feed_header(struct conn *c, const char *p, size_t n) {
    if (c->hdr_n == 0) hist_add(&st->ttfb, rx_now - c->t0);
    if (!c->hdr && !(c->hdr = malloc(HDR_MAX + 1))) die("out of memory");
    size_t take = HDR_MAX - (size_t)c->hdr_n;
    if (take > n) take = n;
    int scan = c->hdr_n > 3 ? c->hdr_n - 3 : 0;
    memcpy(c->hdr + c->hdr_n, p, take);
    c->hdr_n += (int)take;
    c->hdr[c->hdr_n] = 0;
    char *end = memmem(c->hdr + scan, (size_t)(c->hdr_n - scan), "\r\n\r\n", 4);
    if (!end) {
        if (c->hdr_n < HDR_MAX) return true;
        st->http_err++;
        return false;
    }
    size_t hlen = (size_t)(end - c->hdr) + 4;
    size_t used = take - ((size_t)c->hdr_n - hlen); /* bytes of p that belong to the header */
    *end = 0;
    int status = 0;
    if (sscanf(c->hdr, "HTTP/1.%*d %d", &status) != 1 || status != 200) {
        st->http_err++;
        st->last_status = status;
        return false;
    }
    c->kstate = K_IDENTITY;
    for (char *l = strchr(c->hdr, '\n'); l; l = strchr(l + 1, '\n')) {
        if (!strncasecmp(l + 1, "transfer-encoding:", 18)) {
            char *eol = strchr(l + 1, '\n');
            char *chk = strcasestr(l + 1, "chunked");
            if (chk && (!eol || chk < eol)) c->kstate = K_SIZE;
        }
    }
    free(c->hdr);
    c->hdr = NULL;
    c->kleft = 0;
    c->state = C_BODY;
    st->ready++;
    if (!st->conn_last_ns || rx_now > st->conn_last_ns) st->conn_last_ns = rx_now;
    atomic_fetch_add_explicit(&st->open_now, 1, memory_order_relaxed);
    if (so.churn) return false;
    if (c->idx < (uint32_t)so.stall) {
        c->state = C_STALLED;
        return true;
    }
    return n > used ? feed_body(c, p + used, n - used) : true;
}

static bool start_conn(int ep, struct conn *c) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        st->conn_err++;
        st->last_errno = errno;
        c->state = C_CLOSED;
        return false;
    }
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (c->idx < (uint32_t)so.stall) {
        int sz = 4096; /* a stalled reader should push back soon */
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &sz, sizeof sz);
    }
    if (so.srcs > 1) {
        struct sockaddr_in src = {.sin_family = AF_INET};
        src.sin_addr.s_addr = htonl(0x7f000001u + 1 + c->idx % (uint32_t)so.srcs);
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&src, sizeof src)) {
            st->conn_err++;
            st->last_errno = errno;
            close(fd);
            c->state = C_CLOSED;
            return false;
        }
    }
    c->fd = fd;
    c->t0 = now_ns();
    if (!c->since) c->since = c->t0;
    if (!st->conn_first_ns) st->conn_first_ns = c->t0;
    st->attempted++;
    if (connect(fd, (struct sockaddr *)&so.dst, sizeof so.dst) && errno != EINPROGRESS) {
        st->conn_err++;
        st->last_errno = errno;
        close(fd);
        c->fd = -1;
        c->state = C_CLOSED;
        return false;
    }
    c->state = C_CONNECTING;
    struct epoll_event ev = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = c};
    if (epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev)) die("epoll_ctl: %s", strerror(errno));
    return true;
}

static void send_request(struct conn *c) {
    char path[1024], req[4096];
    expand_path(path, sizeof path, so.path, c->idx);
    bool accept = false;
    int n = snprintf(req, sizeof req, "GET %s HTTP/1.1\r\nHost: %s\r\n", path, so.host);
    for (int i = 0; i < so.nheaders && n < (int)sizeof req; i++) {
        n += snprintf(req + n, sizeof req - (size_t)n, "%s\r\n", so.headers[i]);
        if (!strncasecmp(so.headers[i], "accept:", 7)) accept = true;
    }
    if (c->id_n && n < (int)sizeof req)
        n += snprintf(req + n, sizeof req - (size_t)n, "Last-Event-ID: %.*s\r\n", c->id_n, c->id);
    if (n < (int)sizeof req)
        n += snprintf(req + n, sizeof req - (size_t)n, "%s\r\n", accept ? "" : "Accept: text/event-stream\r\nCache-Control: no-cache\r\n");
    if (n >= (int)sizeof req) die("request too long");
    ssize_t w = send(c->fd, req, (size_t)n, MSG_NOSIGNAL);
    if (w != n) {
        st->conn_err++;
        st->last_errno = w < 0 ? errno : EIO;
        conn_close(c, true);
        return;
    }
    c->state = C_HEADER;
}

static void worker(int id, int lo, int hi) {
    static char buf[256 * 1024];
    st = &shm->s[id];
    int total = hi - lo, next = 0, pending = 0;
    struct conn *cs = calloc((size_t)(total ? total : 1), sizeof *cs);
    if (!cs) die("out of memory");
    for (int i = 0; i < total; i++) cs[i].fd = -1, cs[i].idx = (uint32_t)(lo + i);
    int ep = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event evs[512];
    uint64_t start = 0;
    int inflight = so.inflight / so.procs > 0 ? so.inflight / so.procs : 1;
    double rate = so.rate / so.procs;
    uint64_t churn_started = 0;
    struct conn **again = calloc((size_t)(total ? total : 1), sizeof *again); /* to be tried again */
    int nagain = 0;

    while (!atomic_load_explicit(&shm->stop, memory_order_relaxed)) {
        uint32_t ph = atomic_load_explicit(&shm->phase, memory_order_acquire);
        if (ph != cur_phase) {
            cur_phase = ph;
            atomic_store(&st->received, 0);
            memset((char *)st + offsetof(struct stats, bytes), 0, offsetof(struct stats, attempted) - offsetof(struct stats, bytes));
            atomic_store_explicit(&st->phase_seen, ph, memory_order_release);
        }
        uint32_t cut = atomic_load_explicit(&shm->cut, memory_order_acquire);
        if (cut != atomic_load_explicit(&st->cut_seen, memory_order_relaxed)) {
            for (int i = 0; i < total; i++) {
                conn_close(&cs[i], false);
                conn_reset(&cs[i]);
                cs[i].tries = 0;
                cs[i].since = 0;
            }
            memset((char *)st + offsetof(struct stats, attempted), 0, offsetof(struct stats, phase_seen) - offsetof(struct stats, attempted));
            next = pending = nagain = 0;
            start = 0;
            atomic_store(&st->done_connecting, 0);
            atomic_store_explicit(&st->cut_seen, cut, memory_order_release);
        }
        int timeout = 10;
        if (next < total && atomic_load(&shm->go)) {
            if (!start) start = now_ns();
            while (next < total && pending < inflight) {
                if (rate > 0) {
                    double due = (double)(now_ns() - start) / 1e9 * rate;
                    if ((double)churn_started + next >= due) {
                        timeout = 1;
                        break;
                    }
                }
                if (start_conn(ep, &cs[next])) pending++;
                next++;
            }
        }
        for (int i = 0; i < nagain; i++) conn_reset(again[i]);
        while (nagain && pending < inflight && atomic_load(&shm->go)) {
            st->retries++;
            if (start_conn(ep, again[--nagain])) pending++;
        }
        if (next >= total && pending == 0 && nagain == 0 && !so.churn) atomic_store(&st->done_connecting, 1);
        if (so.churn && next >= total && pending == 0) { /* everything closed: go round again */
            churn_started += (uint64_t)next;
            next = 0;
            timeout = 0;
        }
        int n = epoll_wait(ep, evs, 512, timeout);
        for (int i = 0; i < n; i++) {
            struct conn *c = evs[i].data.ptr;
            if (c->state == C_CLOSED) continue;
            if (c->state == C_CONNECTING) {
                int err = 0;
                socklen_t l = sizeof err;
                getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &l);
                if (err) {
                    st->conn_err++;
                    st->last_errno = err;
                    pending--;
                    conn_close(c, true);
                    if (!so.churn && c->tries++ < so.retry) again[nagain++] = c;
                    continue;
                }
                if (!(evs[i].events & EPOLLOUT)) continue;
                st->established++;
                hist_add(&st->tconn, now_ns() - c->t0);
                send_request(c);
                if (c->state == C_CLOSED) {
                    pending--;
                    if (!so.churn && c->tries++ < so.retry) again[nagain++] = c;
                } else {
                    /* no more interest in writability */
                    struct epoll_event ev = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = c};
                    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &ev);
                }
                continue;
            }
            if (c->state == C_STALLED) {
                if (evs[i].events & (EPOLLHUP | EPOLLERR)) {
                    st->closed++;
                    conn_close(c, false);
                }
                continue;
            }
            for (;;) {
                ssize_t r = recv(c->fd, buf, sizeof buf, 0);
                if (r > 0) {
                    rx_now = now_ns();
                    bool ok, setup = c->state == C_HEADER;
                    if (setup) {
                        ok = feed_header(c, buf, (size_t)r);
                        if (c->state != C_HEADER || !ok) pending--;
                    } else {
                        st->reads++;
                        ok = feed_body(c, buf, (size_t)r);
                    }
                    if (!ok) {
                        bool failed = setup && c->state == C_HEADER;
                        conn_close(c, !so.churn);
                        if (failed && !so.churn && c->tries++ < so.retry) again[nagain++] = c;
                        break;
                    }
                    if (c->state == C_STALLED) break;
                    if (r < (ssize_t)sizeof buf && !(evs[i].events & (EPOLLRDHUP | EPOLLHUP))) break;
                } else if (r < 0 && (errno == EAGAIN || errno == EINTR)) {
                    break;
                } else {
                    bool setup = c->state == C_HEADER;
                    if (setup) {
                        pending--;
                        st->early_close++;
                        if (r < 0) st->last_errno = errno;
                    }
                    conn_close(c, true);
                    if (setup && !so.churn && c->tries++ < so.retry) again[nagain++] = c;
                    break;
                }
            }
        }
    }
    for (int i = 0; i < total; i++) conn_close(&cs[i], false);
    _exit(0);
}

static void merge(struct stats *d) {
    memset(d, 0, sizeof *d);
    uint64_t rec = 0;
    uint32_t open = 0;
    for (int i = 0; i < so.procs; i++) {
        struct stats *s = &shm->s[i];
        rec += atomic_load(&s->received);
        open += atomic_load(&s->open_now);
        d->bytes += s->bytes; d->reads += s->reads; d->dup += s->dup; d->ooo += s->ooo; d->gaps += s->gaps;
        d->unstamped += s->unstamped; d->comments += s->comments; d->badlat += s->badlat; d->closed += s->closed;
        if (s->first_ns && (!d->first_ns || s->first_ns < d->first_ns)) d->first_ns = s->first_ns;
        if (s->last_ns > d->last_ns) d->last_ns = s->last_ns;
        hist_merge(&d->lat, &s->lat);
        hist_merge(&d->caught_up, &s->caught_up);
        d->attempted += s->attempted; d->established += s->established; d->ready += s->ready;
        d->http_err += s->http_err; d->conn_err += s->conn_err; d->early_close += s->early_close; d->retries += s->retries;
        if (s->conn_first_ns && (!d->conn_first_ns || s->conn_first_ns < d->conn_first_ns)) d->conn_first_ns = s->conn_first_ns;
        if (s->conn_last_ns > d->conn_last_ns) d->conn_last_ns = s->conn_last_ns;
        hist_merge(&d->tconn, &s->tconn);
        hist_merge(&d->ttfb, &s->ttfb);
        if (s->last_status) d->last_status = s->last_status;
        if (s->last_errno) d->last_errno = s->last_errno;
    }
    atomic_store(&d->received, rec);
    atomic_store(&d->open_now, open);
}

static void report(FILE *f, const char *what, uint64_t expected, bool json) {
    static struct stats d;
    merge(&d);
    uint64_t rec = atomic_load(&d.received);
    double cs = d.conn_last_ns > d.conn_first_ns ? (double)(d.conn_last_ns - d.conn_first_ns) / 1e9 : 0;
    double secs = d.last_ns > d.first_ns ? (double)(d.last_ns - d.first_ns) / 1e9 : 0;
    if (json) {
        fprintf(f, "{\"what\":\"%s\",\"asked\":%d,\"attempted\":%" PRIu64 ",\"established\":%" PRIu64 ",\"ready\":%" PRIu64
                   ",\"open\":%u,\"conn_err\":%" PRIu64 ",\"http_err\":%" PRIu64 ",\"early_close\":%" PRIu64 ",\"retries\":%" PRIu64
                   ",\"last_status\":%d,\"last_errno\":\"%s\",\"connect_s\":%.4f,\"connects_per_s\":%.0f,",
                what, so.n, d.attempted, d.established, d.ready, atomic_load(&d.open_now), d.conn_err, d.http_err,
                d.early_close, d.retries, d.last_status, d.last_errno ? strerror(d.last_errno) : "", cs, cs > 0 ? (double)d.ready / cs : 0);
        print_hist_json(f, "connect_us", &d.tconn);
        fputc(',', f);
        print_hist_json(f, "ttfb_us", &d.ttfb);
        fprintf(f, ",\"events\":%" PRIu64 ",\"expected\":%" PRIu64 ",\"lost\":%" PRId64 ",\"gaps\":%" PRIu64 ",\"dup\":%" PRIu64
                   ",\"ooo\":%" PRIu64 ",\"unstamped\":%" PRIu64 ",\"comments\":%" PRIu64 ",\"future\":%" PRIu64 ",\"closed\":%" PRIu64
                   ",\"reads\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"secs\":%.4f,\"events_per_s\":%.1f,\"bytes_per_s\":%.0f,",
                rec, expected, expected ? (int64_t)(expected - rec) : 0, d.gaps, d.dup, d.ooo, d.unstamped, d.comments, d.badlat,
                d.closed, d.reads, d.bytes, secs, secs > 0 ? (double)rec / secs : 0, secs > 0 ? (double)d.bytes / secs : 0);
        print_hist_json(f, "lat_us", &d.lat);
        fprintf(f, ",\"since_connect_s\":%.4f,", d.last_ns > d.conn_first_ns ? (double)(d.last_ns - d.conn_first_ns) / 1e9 : 0);
        print_hist_json(f, "caught_up_us", &d.caught_up);
        fputs("}\n", f);
    } else {
        fprintf(f, "connections  %" PRIu64 "/%d ready, %u open, %" PRIu64 " connect errors, %" PRIu64 " HTTP errors, %" PRIu64 " closed early%s%s\n",
                d.ready, so.n, atomic_load(&d.open_now), d.conn_err, d.http_err, d.early_close,
                d.last_errno ? ", last error " : "", d.last_errno ? strerror(d.last_errno) : "");
        fprintf(f, "connect      %.0f/s over %.2f s; to first byte p50 %.2f ms, p99 %.2f ms, max %.2f ms\n", cs > 0 ? (double)d.ready / cs : 0, cs,
                (double)hist_pct(&d.ttfb, 50) / 1e6, (double)hist_pct(&d.ttfb, 99) / 1e6, (double)d.ttfb.max / 1e6);
        fprintf(f, "events       %" PRIu64 " in %.2f s = %.0f/s, %.0f bytes/s, %.2f events/read\n", rec, secs,
                secs > 0 ? (double)rec / secs : 0, secs > 0 ? (double)d.bytes / secs : 0, d.reads ? (double)rec / (double)d.reads : 0);
        if (expected) fprintf(f, "lost         %" PRId64 " of %" PRIu64 "\n", (int64_t)(expected - rec), expected);
        fprintf(f, "order        %" PRIu64 " gaps, %" PRIu64 " duplicates, %" PRIu64 " out of order; %" PRIu64 " unstamped, %" PRIu64 " comments, %" PRIu64 " closed by peer\n",
                d.gaps, d.dup, d.ooo, d.unstamped, d.comments, d.closed);
        fprintf(f, "latency      p50 %.3f ms, p90 %.3f, p99 %.3f, p99.9 %.3f, max %.3f\n", (double)hist_pct(&d.lat, 50) / 1e6,
                (double)hist_pct(&d.lat, 90) / 1e6, (double)hist_pct(&d.lat, 99) / 1e6, (double)hist_pct(&d.lat, 99.9) / 1e6,
                (double)d.lat.max / 1e6);
    }
    fflush(f);
}

static const char *SUB_HELP =
"Usage: sseload sub [options] HOST:PORT PATH\n"
"\n"
"Open SSE connections and count, time and check the events that arrive.\n"
"PATH may hold {i} (connection index from 0) or {i%K} (index modulo K).\n"
"\n"
"  -n N             connections (default 100)\n"
"  -d SECONDS       stop this long after the connections are up (default 10)\n"
"  --inflight K     at most K connections waiting for their response header (128)\n"
"  --rate R         at most R new connections per second (default: no limit)\n"
"  --timeout SEC    give up waiting for connections to come up (default 30)\n"
"  --header 'A: b'  extra request header, repeatable (default sends Accept: text/event-stream)\n"
"  --retry K        try a connection that did not come up K more times (default 0)\n"
"  --procs P        spread over P processes; needed above the open file limit (default 1,\n"
"                   or as many as the limit asks for)\n"
"  --srcs K         spread over K source addresses 127.0.0.2 up (default: one per 25000)\n"
"  --stall K        the first K connections never read after their response header\n"
"  --churn          close each connection at its response header and connect again, for -d\n"
"  --rst            close with RST instead of FIN\n"
"  --shm FILE       publish live counters there, for 'sseload pub --shm FILE --window W'\n"
"  --json           print JSON instead of text\n"
"  --control        take commands on stdin, answer with JSON lines on stdout:\n"
"                     (at once)       -> {\"what\":\"ready\",...} when the connections are up\n"
"                     begin           -> start a phase: zero the counters, expect n=1 next\n"
"                     expect M MS     -> wait for M events or MS milliseconds, then report\n"
"                     report          -> report now\n"
"                     cut             -> close every connection, and count connections anew\n"
"                     resume M        -> connect again, each with its last event id; one that has\n"
"                                        M events of the phase is caught up\n"
"                     quit            (or end of file)\n"
"                   -d is then the limit on the whole run.\n"
"\n"
"Exit status: 0 if every connection came up, 1 if not, 2 for a usage error.\n";

static void sleep_ms(int ms) {
    struct timespec ts = {ms / 1000, (long)(ms % 1000) * 1000000};
    nanosleep(&ts, NULL);
}

static bool all_ready(void) {
    for (int i = 0; i < so.procs; i++)
        if (!atomic_load(&shm->s[i].done_connecting)) return false;
    return true;
}

static int main_sub(int argc, char **argv) {
    so = (struct sub_opts){.n = 100, .inflight = 128, .duration = 10, .timeout_ms = 30000};
    const char *pos[2];
    int npos = 0;
    for (int i = 1; i < argc; i++) {
        char *a = argv[i];
#define ARG (i + 1 < argc ? argv[++i] : (die("%s needs a value", a), (char *)0))
        if (!strcmp(a, "-h") || !strcmp(a, "--help")) { fputs(SUB_HELP, stdout); return 0; }
        else if (!strcmp(a, "-n")) so.n = atoi(ARG);
        else if (!strcmp(a, "-d")) so.duration = atof(ARG);
        else if (!strcmp(a, "--inflight")) so.inflight = atoi(ARG);
        else if (!strcmp(a, "--rate")) so.rate = atof(ARG);
        else if (!strcmp(a, "--timeout")) so.timeout_ms = (int)(atof(ARG) * 1000);
        else if (!strcmp(a, "--header")) { if (so.nheaders == 32) die("too many headers"); so.headers[so.nheaders++] = ARG; }
        else if (!strcmp(a, "--retry")) so.retry = atoi(ARG);
        else if (!strcmp(a, "--procs")) so.procs = atoi(ARG);
        else if (!strcmp(a, "--srcs")) so.srcs = atoi(ARG);
        else if (!strcmp(a, "--stall")) so.stall = atoi(ARG);
        else if (!strcmp(a, "--churn")) so.churn = true;
        else if (!strcmp(a, "--rst")) so.rst = true;
        else if (!strcmp(a, "--json")) so.json = true;
        else if (!strcmp(a, "--control")) so.control = so.json = true;
        else if (!strcmp(a, "--shm")) so.shm_path = ARG;
        else if (a[0] == '-' && a[1]) die("unknown option %s (see sseload sub --help)", a);
        else if (npos < 2) pos[npos++] = a;
        else die("too many arguments");
    }
    if (npos != 2) { fputs(SUB_HELP, stderr); return 2; }
    parse_hostport(pos[0], &so.dst);
    snprintf(so.host, sizeof so.host, "%s", pos[0]);
    so.path = pos[1];
    if (so.n < 1 || so.n > 1000000) die("-n out of range");
    if (so.duration <= 0 || so.duration > 3600) die("-d out of range");
    rlim_t lim = raise_nofile();
    int per = (int)lim - 64;
    if (so.procs < 1) so.procs = (so.n + per - 1) / per;
    if (so.procs > MAX_PROCS) die("%d processes needed, %d allowed", so.procs, MAX_PROCS);
    if ((so.n + so.procs - 1) / so.procs > per) die("open file limit %d is too low for %d connections in %d processes", (int)lim, so.n, so.procs);
    if (so.srcs < 1) so.srcs = (so.n + 24999) / 25000;

    if (so.shm_path) {
        int fd = open(so.shm_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
        if (fd < 0 || ftruncate(fd, sizeof *shm)) die("%s: %s", so.shm_path, strerror(errno));
        shm = mmap(NULL, sizeof *shm, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
    } else {
        shm = mmap(NULL, sizeof *shm, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    if (shm == MAP_FAILED) die("mmap: %s", strerror(errno));
    shm->magic = SHM_MAGIC;
    shm->procs = (uint32_t)so.procs;
    pid_t kids[MAX_PROCS];
    for (int i = 0; i < so.procs; i++) {
        int lo = (int)((int64_t)so.n * i / so.procs), hi = (int)((int64_t)so.n * (i + 1) / so.procs);
        kids[i] = fork();
        if (kids[i] < 0) die("fork: %s", strerror(errno));
        if (!kids[i]) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            worker(i, lo, hi);
        }
    }
    uint64_t t0 = now_ns(), limit = t0 + (uint64_t)(so.duration * 1e9) + (uint64_t)so.timeout_ms * 1000000ull;
    atomic_store(&shm->go, 1);
    bool up = true;
    if (so.churn) {
        sleep_ms((int)(so.duration * 1000));
    } else {
        while (!all_ready() && now_ns() - t0 < (uint64_t)so.timeout_ms * 1000000ull) sleep_ms(2);
    }
    static struct stats d;
    merge(&d);
    if (!so.churn && d.ready < (uint64_t)so.n) up = false;

    if (so.control) {
        report(stdout, "ready", 0, true);
        char line[256];
        struct pollfd pf = {.fd = 0, .events = POLLIN};
        FILE *in = stdin;
        setvbuf(in, NULL, _IONBF, 0);
        for (;;) {
            uint64_t n = now_ns();
            if (n >= limit) break;
            if (poll(&pf, 1, (int)((limit - n) / 1000000) + 1) <= 0) break;
            if (!fgets(line, sizeof line, in)) break;
            uint64_t m = 0;
            long ms = 0;
            if (!strncmp(line, "begin", 5)) {
                atomic_store(&shm->missed, 0);
                uint32_t p = atomic_load(&shm->phase) + 1;
                atomic_store_explicit(&shm->phase, p, memory_order_release);
                for (int i = 0; i < so.procs; i++)
                    while (atomic_load_explicit(&shm->s[i].phase_seen, memory_order_acquire) != p && kill(kids[i], 0) == 0) sleep_ms(1);
                fputs("{\"what\":\"begun\"}\n", stdout);
                fflush(stdout);
            } else if (sscanf(line, "expect %" SCNu64 " %ld", &m, &ms) == 2) {
                uint64_t until = now_ns() + (uint64_t)ms * 1000000ull;
                while (shm_received(shm) < m && now_ns() < until) sleep_ms(2);
                report(stdout, "phase", m, true);
            } else if (!strncmp(line, "report", 6)) {
                report(stdout, "report", 0, true);
            } else if (!strncmp(line, "cut", 3)) {
                atomic_store(&shm->go, 0);
                uint32_t cut = atomic_load(&shm->cut) + 1;
                atomic_store_explicit(&shm->cut, cut, memory_order_release);
                for (int i = 0; i < so.procs; i++)
                    while (atomic_load_explicit(&shm->s[i].cut_seen, memory_order_acquire) != cut && kill(kids[i], 0) == 0) sleep_ms(1);
                fputs("{\"what\":\"cut\"}\n", stdout);
                fflush(stdout);
            } else if (sscanf(line, "resume %" SCNu64, &m) == 1) {
                atomic_store(&shm->missed, (uint32_t)m);
                atomic_store(&shm->go, 1);
                fputs("{\"what\":\"resuming\"}\n", stdout);
                fflush(stdout);
            } else if (!strncmp(line, "quit", 4)) break;
        }
    } else {
        if (!so.churn) sleep_ms((int)(so.duration * 1000));
        report(stdout, "run", 0, so.json);
    }
    atomic_store(&shm->stop, 1);
    for (int i = 0; i < so.procs; i++) waitpid(kids[i], NULL, 0);
    if (so.shm_path) unlink(so.shm_path);
    return up ? 0 : 1;
}

/* ----------------------------------------------------------------- publisher */

static const char *PUB_HELP =
"Usage: sseload pub --redis HOST:PORT [options]\n"
"       sseload pub --http HOST:PORT --path PATH [options]\n"
"\n"
"Publish stamped messages (t=<ns>;n=<seq>;xxx...) to Redis channels or by HTTP POST.\n"
"In --channel, --path and --template, {c} is the channel number; in --template,\n"
"{data} is the message, and \\n \\r \\t \\\\ are escapes.\n"
"\n"
"  --channel NAME   Redis channel (default ch{c})\n"
"  --channels K     channel numbers 0..K-1 (default 1)\n"
"  --random         pick channels at random (default: in turn)\n"
"  --template STR   what to send (default {data}); e.g. 'data: {data}\\n\\n'\n"
"  --size BYTES     length of {data} (default 100, at least 48)\n"
"  --count N        messages (default: unlimited within -d)\n"
"  -d SECONDS       time limit (default 10)\n"
"  --rate R         messages per second on a fixed schedule, stamped with the time each\n"
"                   was due, so a late publisher counts as latency; 0 = as fast as\n"
"                   acknowledgements allow, stamped when sent (default 1)\n"
"  --pipeline W     Redis: unacknowledged PUBLISHes allowed (default 512)\n"
"  --conns C        HTTP: connections, one request in flight on each (default 4)\n"
"  --header 'A: b'  HTTP: extra request header\n"
"  --shm FILE --fanout F --window W\n"
"                   end-to-end closed loop with a running 'sseload sub --shm FILE': each\n"
"                   message makes F deliveries; keep at most W deliveries outstanding.\n"
"                   Gives up after 2 s without progress.\n"
"  --seed S         for --random\n"
"\n"
"Prints one JSON line. Exit status 0 if every message was acknowledged.\n";

struct pub_opts {
    struct sockaddr_in dst;
    char host[64];
    bool http, redis, random;
    const char *channel, *path, *template, *shm_path;
    const char *headers[16];
    int nheaders, channels, size, pipeline, conns;
    uint64_t count;
    double duration, rate;
    uint64_t fanout, window;
};
static struct pub_opts po;

static size_t expand(char *out, size_t cap, const char *tpl, unsigned c, const char *data, size_t dlen, bool esc) {
    size_t o = 0;
    for (const char *p = tpl; *p;) {
        if (o + 32 > cap) die("message too long");
        if (!strncmp(p, "{c}", 3)) {
            o += (size_t)snprintf(out + o, cap - o, "%u", c);
            p += 3;
        } else if (data && !strncmp(p, "{data}", 6)) {
            if (o + dlen + 32 > cap) die("message too long");
            memcpy(out + o, data, dlen);
            o += dlen;
            p += 6;
        } else if (esc && p[0] == '\\' && p[1]) {
            out[o++] = p[1] == 'n' ? '\n' : p[1] == 'r' ? '\r' : p[1] == 't' ? '\t' : p[1];
            p += 2;
        } else out[o++] = *p++;
    }
    out[o] = 0;
    return o;
}

static size_t make_data(char *out, int size, uint64_t t, uint64_t n) {
    int k = sprintf(out, "t=%" PRIu64 ";n=%" PRIu64 ";", t, n);
    if (k < size) {
        memset(out + k, 'x', (size_t)(size - k));
        k = size;
    }
    return (size_t)k;
}

struct pconn {
    int fd;
    bool busy;
    char buf[8192];
    int n;
};

static int pub_connect(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    if (fd < 0 || connect(fd, (struct sockaddr *)&po.dst, sizeof po.dst)) die("connect %s: %s", po.host, strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    return fd;
}

static void write_all(int fd, const char *p, size_t n) {
    while (n) {
        ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
        if (w > 0) {
            p += w;
            n -= (size_t)w;
        } else if (w < 0 && errno == EAGAIN) {
            struct pollfd f = {.fd = fd, .events = POLLOUT};
            if (poll(&f, 1, 5000) <= 0) die("publish connection does not drain");
        } else if (w < 0 && errno != EINTR) die("publish: %s", strerror(errno));
    }
}

/* Whole HTTP response at the start of b? Returns its length, 0 if incomplete, -1 on error. */
static int http_response(const char *b, int n, int *status, bool *close_after) {
    const char *e = memmem(b, (size_t)n, "\r\n\r\n", 4);
    if (!e) return 0;
    int hl = (int)(e - b) + 4;
    if (sscanf(b, "HTTP/1.%*d %d", status) != 1) return -1;
    long cl = 0;
    bool chunked = false;
    for (const char *l = b; l && l < e;) {
        const char *nl = memchr(l, '\n', (size_t)(e - l));
        if (!strncasecmp(l, "content-length:", 15)) cl = atol(l + 15);
        if (!strncasecmp(l, "connection: close", 17)) *close_after = true;
        if (!strncasecmp(l, "transfer-encoding:", 18)) chunked = true;
        l = nl ? nl + 1 : NULL;
    }
    if (chunked) {
        const char *z = memmem(b + hl - 2, (size_t)(n - hl + 2), "\r\n0\r\n\r\n", 7);
        return z ? (int)(z - b) + 7 : 0;
    }
    return n >= hl + cl ? hl + (int)cl : 0;
}

static int main_pub(int argc, char **argv) {
    po = (struct pub_opts){.channel = "ch{c}", .template = "{data}", .channels = 1, .size = 100, .pipeline = 512,
                           .conns = 4, .duration = 10, .rate = 1};
    for (int i = 1; i < argc; i++) {
        char *a = argv[i];
        if (!strcmp(a, "-h") || !strcmp(a, "--help")) { fputs(PUB_HELP, stdout); return 0; }
        else if (!strcmp(a, "--redis")) { po.redis = true; snprintf(po.host, sizeof po.host, "%s", ARG); }
        else if (!strcmp(a, "--http")) { po.http = true; snprintf(po.host, sizeof po.host, "%s", ARG); }
        else if (!strcmp(a, "--path")) po.path = ARG;
        else if (!strcmp(a, "--channel")) po.channel = ARG;
        else if (!strcmp(a, "--channels")) po.channels = atoi(ARG);
        else if (!strcmp(a, "--random")) po.random = true;
        else if (!strcmp(a, "--template")) po.template = ARG;
        else if (!strcmp(a, "--size")) po.size = atoi(ARG);
        else if (!strcmp(a, "--count")) po.count = strtoull(ARG, NULL, 10);
        else if (!strcmp(a, "-d")) po.duration = atof(ARG);
        else if (!strcmp(a, "--rate")) po.rate = atof(ARG);
        else if (!strcmp(a, "--pipeline")) po.pipeline = atoi(ARG);
        else if (!strcmp(a, "--conns")) po.conns = atoi(ARG);
        else if (!strcmp(a, "--header")) { if (po.nheaders == 16) die("too many headers"); po.headers[po.nheaders++] = ARG; }
        else if (!strcmp(a, "--shm")) po.shm_path = ARG;
        else if (!strcmp(a, "--fanout")) po.fanout = strtoull(ARG, NULL, 10);
        else if (!strcmp(a, "--window")) po.window = strtoull(ARG, NULL, 10);
        else if (!strcmp(a, "--seed")) rng_state ^= strtoull(ARG, NULL, 10) * 0xD1342543DE82EF95ull;
        else die("unknown option %s (see sseload pub --help)", a);
    }
    if (po.http == po.redis || (po.http && !po.path)) { fputs(PUB_HELP, stderr); return 2; }
    if (po.size < 48) po.size = 48;
    if (po.size > 1 << 20) die("--size out of range");
    if (po.duration <= 0 || po.duration > 3600) die("-d out of range");
    if (po.channels < 1) die("--channels out of range");
    if (po.conns < 1 || po.conns > 1024) die("--conns out of range");
    if (po.shm_path && (!po.fanout || !po.window)) die("--shm needs --fanout and --window");
    parse_hostport(po.host, &po.dst);

    const struct shm *m = NULL;
    if (po.shm_path) {
        int fd = open(po.shm_path, O_RDONLY);
        if (fd < 0) die("%s: %s", po.shm_path, strerror(errno));
        m = mmap(NULL, sizeof *m, PROT_READ, MAP_SHARED, fd, 0);
        if (m == MAP_FAILED || m->magic != SHM_MAGIC) die("%s: not a counter file", po.shm_path);
        close(fd);
    }
    int nc = po.redis ? 1 : po.conns;
    struct pconn *pc = calloc((size_t)nc, sizeof *pc);
    uint32_t *seq = calloc((size_t)po.channels, sizeof *seq);
    size_t cap = (size_t)po.size * 2 + 16384, outcap = cap + (1u << 18);
    char *data = malloc(cap), *body = malloc(cap), *out = malloc(outcap);
    if (!pc || !seq || !data || !body || !out) die("out of memory");
    for (int i = 0; i < nc; i++) pc[i].fd = pub_connect();
    struct pollfd pf[1024];

    uint64_t sent = 0, acked = 0, errors = 0, receivers = 0, late_max = 0;
    uint64_t start = now_ns(), end = start + (uint64_t)(po.duration * 1e9), last_progress = start, last_rx = 0;
    bool loop = m != NULL, stalled = false;
    int bad_status = 0, turn = 0;
    for (;;) {
        uint64_t n = now_ns();
        bool more = n < end && (!po.count || sent < po.count) && !stalled;
        if (!more && (acked + errors >= sent || n > end + 5000000000ull)) break;
        /* How many may go out now? */
        uint64_t allow = 0;
        int wait_ms = 100;
        if (more) {
            allow = UINT64_MAX;
            if (loop) {
                uint64_t rx = shm_received(m), made = sent * po.fanout;
                if (rx != last_rx) last_rx = rx, last_progress = n;
                else if (made > rx && n - last_progress > 2000000000ull) stalled = true;
                uint64_t outst = made > rx ? made - rx : 0;
                allow = outst < po.window ? (po.window - outst + po.fanout - 1) / po.fanout : 0;
            } else if (po.rate > 0) {
                uint64_t due = (uint64_t)((double)(n - start) / 1e9 * po.rate) + 1;
                allow = due > sent ? due - sent : 0;
            }
            if (po.count && allow > po.count - sent) allow = po.count - sent;
        }
        bool wrote = false;
        if (allow && po.redis) {
            size_t o = 0;
            while (allow && sent - acked - errors < (uint64_t)po.pipeline && o + cap + 512 < outcap) {
                unsigned c = po.random ? (unsigned)(rng() % (unsigned)po.channels) : (unsigned)(turn++ % po.channels);
                uint64_t t = loop || po.rate <= 0 ? now_ns() : start + (uint64_t)((double)sent / po.rate * 1e9);
                if (!loop && po.rate > 0 && n > t && n - t > late_max) late_max = n - t;
                size_t dl = make_data(data, po.size, t, ++seq[c]);
                size_t bl = expand(body, cap, po.template, c, data, dl, true);
                char ch[256];
                size_t cl = expand(ch, sizeof ch, po.channel, c, NULL, 0, false);
                o += (size_t)sprintf(out + o, "*3\r\n$7\r\nPUBLISH\r\n$%zu\r\n%s\r\n$%zu\r\n", cl, ch, bl);
                memcpy(out + o, body, bl);
                o += bl;
                out[o++] = '\r';
                out[o++] = '\n';
                sent++;
                allow--;
            }
            if (o) write_all(pc[0].fd, out, o), wrote = true;
        } else if (allow) {
            for (int i = 0; i < nc && allow; i++) {
                if (pc[i].busy) continue;
                unsigned c = po.random ? (unsigned)(rng() % (unsigned)po.channels) : (unsigned)(turn++ % po.channels);
                uint64_t t = loop || po.rate <= 0 ? now_ns() : start + (uint64_t)((double)sent / po.rate * 1e9);
                if (!loop && po.rate > 0 && n > t && n - t > late_max) late_max = n - t;
                size_t dl = make_data(data, po.size, t, ++seq[c]);
                size_t bl = expand(body, cap, po.template, c, data, dl, true);
                char path[512];
                expand(path, sizeof path, po.path, c, NULL, 0, false);
                int k = sprintf(out, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n", path, po.host, bl);
                for (int h = 0; h < po.nheaders; h++) k += sprintf(out + k, "%s\r\n", po.headers[h]);
                k += sprintf(out + k, "\r\n");
                memcpy(out + k, body, bl);
                write_all(pc[i].fd, out, (size_t)k + bl);
                pc[i].busy = true;
                sent++;
                allow--;
                wrote = true;
            }
        }
        /* Wait for acknowledgements, the next due time, or (closed loop) progress. */
        uint64_t nap = 0;
        if (more && !wrote) {
            if (loop) nap = 100000;
            else if (po.rate > 0 && !allow) {
                uint64_t next = start + (uint64_t)((double)sent / po.rate * 1e9), now2 = now_ns();
                nap = next > now2 ? next - now2 : 0;
                if (nap > 100000000ull) nap = 100000000ull;
            } else nap = 100000000ull; /* nothing to do until an acknowledgement */
        } else if (!more) nap = (uint64_t)wait_ms * 1000000ull;
        for (int i = 0; i < nc; i++) pf[i] = (struct pollfd){.fd = pc[i].fd, .events = POLLIN};
        struct timespec ts = {(time_t)(nap / 1000000000ull), (long)(nap % 1000000000ull)};
        int pr = ppoll(pf, (nfds_t)nc, &ts, NULL);
        for (int i = 0; pr > 0 && i < nc; i++) {
            if (!pf[i].revents) continue;
            struct pconn *p = &pc[i];
            ssize_t r = recv(p->fd, p->buf + p->n, sizeof p->buf - 1 - (size_t)p->n, 0);
            if (r < 0 && (errno == EAGAIN || errno == EINTR)) continue;
            if (r <= 0) {
                if (po.redis) die("Redis closed the connection");
                if (p->busy) errors++;
                close(p->fd);
                p->fd = pub_connect();
                p->busy = false;
                p->n = 0;
                continue;
            }
            p->n += (int)r;
            p->buf[p->n] = 0;
            if (po.redis) {
                char *q = p->buf, *nl;
                while ((nl = memchr(q, '\n', (size_t)(p->buf + p->n - q)))) {
                    if (*q == ':') acked++, receivers += strtoull(q + 1, NULL, 10);
                    else errors++;
                    q = nl + 1;
                }
                p->n = (int)(p->buf + p->n - q);
                memmove(p->buf, q, (size_t)p->n);
            } else {
                bool close_after = false;
                int status = 0, used = http_response(p->buf, p->n, &status, &close_after);
                if (used < 0 || (used == 0 && p->n >= (int)sizeof p->buf - 1)) die("bad HTTP response");
                if (used > 0) {
                    if (status >= 200 && status < 300) acked++;
                    else errors++, bad_status = status;
                    p->busy = false;
                    p->n -= used;
                    memmove(p->buf, p->buf + used, (size_t)p->n);
                    if (close_after) { /* one request per connection */
                        close(p->fd);
                        p->fd = pub_connect();
                        p->n = 0;
                    }
                }
            }
        }
    }
    double secs = (double)(now_ns() - start) / 1e9;
    printf("{\"sent\":%" PRIu64 ",\"acked\":%" PRIu64 ",\"errors\":%" PRIu64 ",\"bad_status\":%d,\"receivers\":%" PRIu64
           ",\"secs\":%.4f,\"per_s\":%.1f,\"late_max_us\":%.1f,\"stalled\":%s}\n",
           sent, acked, errors, bad_status, receivers, secs, (double)sent / secs, (double)late_max / 1e3, stalled ? "true" : "false");
    return acked == sent ? 0 : 1;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    if (argc > 1 && !strcmp(argv[1], "sub")) return main_sub(argc - 1, argv + 1);
    if (argc > 1 && !strcmp(argv[1], "pub")) return main_pub(argc - 1, argv + 1);
    bool help = argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));
    fprintf(help ? stdout : stderr, "%s\n%s", SUB_HELP, PUB_HELP);
    return help ? 0 : 2;
}
