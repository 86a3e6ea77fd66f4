/*
 * ssefloor - the least a Redis-to-SSE server could do, as a cost floor.
 *
 * Each thread owns a listener (SO_REUSEPORT), an epoll set and one Redis
 * connection. A message is framed once and written to every subscriber of its
 * channel with a plain non-blocking send. No history, no heartbeats, no
 * back-pressure: a subscriber whose socket buffer is full is disconnected.
 *
 *   GET /anything?ch=NAME   -> text/event-stream of the Redis channel NAME
 *
 * One send(2) per subscriber per message.
 *
 * --coalesce  join the frames of all messages that one read from Redis returned
 *             before writing, so that a busy server makes fewer writes
 *
 * Build: cc -O2 ssefloor.c -o ssefloor -lpthread
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define HSIZE 4096
#define MAXFD 65536

struct chan {
    struct chan *hnext, *dirty_next;
    int *fds, n, cap;
    bool subscribed, dirty;
    char *frames; /* coalesced, --coalesce only */
    size_t fn, fcap;
    int name_n;
    char name[];
};

struct client {
    struct chan *ch;
    int pos; /* in ch->fds */
};

static int g_port = 8080, g_threads = 1;
static bool g_coalesce;
static struct sockaddr_in g_redis;
static struct client g_clients[MAXFD]; /* fd is unique in the process; each is touched by its owner only */

struct loop {
    int ep, lfd, rfd;
    struct chan *h[HSIZE];
    struct chan *dirty;
    char *rbuf;
    size_t rn, rcap;
    int *drop, ndrop;
};

static void die(const char *what) {
    perror(what);
    exit(2);
}

static struct chan *chan_get(struct loop *l, const char *s, int n, bool make) {
    uint32_t h = 2166136261u;
    for (int i = 0; i < n; i++) h = (h ^ (uint8_t)s[i]) * 16777619u;
    struct chan **b = &l->h[h % HSIZE];
    for (struct chan *c = *b; c; c = c->hnext)
        if (c->name_n == n && !memcmp(c->name, s, (size_t)n)) return c;
    if (!make) return NULL;
    struct chan *c = calloc(1, sizeof *c + (size_t)n);
    memcpy(c->name, s, (size_t)n);
    c->name_n = n;
    c->hnext = *b;
    return *b = c;
}

static void client_drop(int fd) {
    struct client *k = &g_clients[fd];
    if (k->ch) {
        struct chan *c = k->ch;
        int last = c->fds[--c->n];
        c->fds[k->pos] = last;
        g_clients[last].pos = k->pos;
        k->ch = NULL;
    }
    close(fd);
}

static void broadcast(struct loop *l, struct chan *c, const char *p, size_t n) {
    l->ndrop = 0;
    for (int i = 0; i < c->n; i++) {
        ssize_t w = send(c->fds[i], p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (w != (ssize_t)n) l->drop[l->ndrop++] = c->fds[i];
    }
    for (int i = 0; i < l->ndrop; i++) {
        fprintf(stderr, "dropping slow client\n");
        client_drop(l->drop[i]);
    }
}

static void on_message(struct loop *l, const char *ch, int cn, const char *d, size_t dn) {
    static __thread char one[1 << 20];
    struct chan *c = chan_get(l, ch, cn, false);
    if (!c || !c->n || dn + 16 > sizeof one) return;
    if (!g_coalesce) {
        memcpy(one, "data: ", 6);
        memcpy(one + 6, d, dn);
        memcpy(one + 6 + dn, "\n\n", 2);
        broadcast(l, c, one, dn + 8);
        return;
    }
    if (c->fn + dn + 8 > c->fcap) {
        c->fcap = (c->fn + dn + 8) * 2;
        c->frames = realloc(c->frames, c->fcap);
    }
    memcpy(c->frames + c->fn, "data: ", 6);
    memcpy(c->frames + c->fn + 6, d, dn);
    memcpy(c->frames + c->fn + 6 + dn, "\n\n", 2);
    c->fn += dn + 8;
    if (!c->dirty) {
        c->dirty = true;
        c->dirty_next = l->dirty;
        l->dirty = c;
    }
}

/* "$<len>\r\n<bytes>\r\n" at *pp. 1 = parsed, 0 = incomplete. */
static int bulk(const char **pp, const char *e, const char **s, size_t *n) {
    const char *p = *pp, *nl = memchr(p, '\n', (size_t)(e - p));
    if (!nl) return 0;
    size_t len = strtoul(p + 1, NULL, 10);
    if ((size_t)(e - nl - 1) < len + 2) return 0;
    *s = nl + 1;
    *n = len;
    *pp = nl + 1 + len + 2;
    return 1;
}

static void on_redis(struct loop *l) {
    for (;;) {
        if (l->rcap - l->rn < 65536) l->rbuf = realloc(l->rbuf, l->rcap *= 2);
        ssize_t r = recv(l->rfd, l->rbuf + l->rn, l->rcap - l->rn, MSG_DONTWAIT);
        if (r < 0 && errno == EAGAIN) break;
        if (r <= 0) die("redis");
        l->rn += (size_t)r;
        const char *p = l->rbuf, *e = l->rbuf + l->rn;
        while (p < e) {
            const char *q = memchr(p, '\n', (size_t)(e - p)), *s[3];
            size_t n[3];
            if (!q) break;
            q++;
            if (q >= e || !bulk(&q, e, &s[0], &n[0]) || !bulk(&q, e, &s[1], &n[1])) break;
            if (n[0] == 7) { /* message */
                if (!bulk(&q, e, &s[2], &n[2])) break;
                on_message(l, s[1], (int)n[1], s[2], n[2]);
            } else { /* subscribe: ":<n>\r\n" */
                const char *nl = memchr(q, '\n', (size_t)(e - q));
                if (!nl) break;
                q = nl + 1;
            }
            p = q;
        }
        l->rn = (size_t)(e - p);
        memmove(l->rbuf, p, l->rn);
        while (l->dirty) {
            struct chan *c = l->dirty;
            l->dirty = c->dirty_next;
            c->dirty = false;
            broadcast(l, c, c->frames, c->fn);
            c->fn = 0;
        }
    }
}

static void on_client(struct loop *l, int fd) {
    char buf[8192];
    ssize_t r = recv(fd, buf, sizeof buf - 1, 0);
    if (r < 0 && errno == EAGAIN) return;
    if (r <= 0) {
        client_drop(fd);
        return;
    }
    buf[r] = 0;
    if (g_clients[fd].ch) return;
    char *q = strstr(buf, "ch="); /* a request is assumed to arrive whole */
    const char *name = "ch0";
    int n = 3;
    if (q) {
        name = q + 3;
        n = (int)strcspn(name, " &\r\n");
    }
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n";
    send(fd, head, sizeof head - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    struct chan *c = chan_get(l, name, n, true);
    if (c->n == c->cap) c->fds = realloc(c->fds, sizeof(int) * (size_t)(c->cap = c->cap ? c->cap * 2 : 8));
    g_clients[fd] = (struct client){c, c->n};
    c->fds[c->n++] = fd;
    if (!c->subscribed) {
        char cmd[512];
        int k = snprintf(cmd, sizeof cmd, "*2\r\n$9\r\nSUBSCRIBE\r\n$%d\r\n%.*s\r\n", n, n, name);
        if (send(l->rfd, cmd, (size_t)k, MSG_NOSIGNAL) != k) die("redis");
        c->subscribed = true;
    }
}

static void *run(void *arg) {
    (void)arg;
    struct loop *l = calloc(1, sizeof *l);
    int one = 1;
    l->rbuf = malloc(l->rcap = 1 << 18);
    l->drop = malloc(sizeof(int) * MAXFD);
    l->rfd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(l->rfd, (struct sockaddr *)&g_redis, sizeof g_redis)) die("redis connect");
    setsockopt(l->rfd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    l->lfd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(l->lfd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(l->lfd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(l->lfd, (struct sockaddr *)&a, sizeof a) || listen(l->lfd, 4096)) die("listen");
    l->ep = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event ev = {.events = EPOLLIN, .data.fd = l->lfd}, evs[256];
    epoll_ctl(l->ep, EPOLL_CTL_ADD, l->lfd, &ev);
    ev.data.fd = l->rfd;
    epoll_ctl(l->ep, EPOLL_CTL_ADD, l->rfd, &ev);
    for (;;) {
        int n = epoll_wait(l->ep, evs, 256, -1);
        for (int i = 0; i < n; i++) {
            int fd = evs[i].data.fd;
            if (fd == l->lfd) {
                for (;;) {
                    int c = accept4(l->lfd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
                    if (c < 0) break;
                    if (c >= MAXFD) {
                        close(c);
                        continue;
                    }
                    setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                    g_clients[c].ch = NULL;
                    ev = (struct epoll_event){.events = EPOLLIN, .data.fd = c};
                    epoll_ctl(l->ep, EPOLL_CTL_ADD, c, &ev);
                }
            } else if (fd == l->rfd) on_redis(l);
            else on_client(l, fd);
        }
    }
    return NULL;
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    g_redis = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(6379), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 1; i < argc; i++) {
        const char *v = i + 1 < argc ? argv[i + 1] : "";
        if (!strcmp(argv[i], "--port")) g_port = atoi(v), i++;
        else if (!strcmp(argv[i], "--redis-port")) g_redis.sin_port = htons((uint16_t)atoi(v)), i++;
        else if (!strcmp(argv[i], "--threads")) g_threads = atoi(v), i++;
        else if (!strcmp(argv[i], "--coalesce")) g_coalesce = true;
        else {
            fprintf(stderr, "usage: ssefloor [--port P] [--redis-port P] [--threads T] [--coalesce]\n"
                            "Listens on 127.0.0.1 only; GET /?ch=NAME streams the Redis channel NAME.\n");
            return 2;
        }
    }
    struct rlimit rl;
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    pthread_t t;
    for (int i = 1; i < g_threads; i++) pthread_create(&t, NULL, run, NULL);
    run(NULL);
}
