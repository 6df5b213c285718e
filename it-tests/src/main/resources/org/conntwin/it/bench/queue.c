/* The baseline of the queue benchmark, and its load:
 *   queue accept NUMBER             accepts every packet of a queue, verdicts in batches; says READY
 *   queue send ADDRESS SECONDS      UDP datagrams of 18 bytes as fast as they go; prints how many
 *   queue count SECONDS             counts them; says READY, then how many came
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PORT 5001
#define BURST 64
#define SLOT (65536 + 512)

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static char *attribute(char *at, int type, const void *value, int length) {
  struct nlattr *a = (struct nlattr *)at;
  a->nla_type = type;
  a->nla_len = NLA_HDRLEN + length;
  memcpy(at + NLA_HDRLEN, value, length);
  return at + NLA_ALIGN(a->nla_len);
}

static char *begin(char *at, int message, int number) {
  memset(at, 0, NLMSG_HDRLEN + sizeof(struct nfgenmsg));
  struct nlmsghdr *h = (struct nlmsghdr *)at;
  h->nlmsg_type = NFNL_SUBSYS_QUEUE << 8 | message;
  h->nlmsg_flags = NLM_F_REQUEST;
  ((struct nfgenmsg *)NLMSG_DATA(h))->res_id = htons(number);
  return at + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
}

static void accept_all(int number) {
  static char out[512];
  static char slots[BURST][SLOT];
  struct mmsghdr headers[BURST];
  struct iovec vectors[BURST];
  int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);
  int room = 16 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  struct sockaddr_nl own = {.nl_family = AF_NETLINK};
  bind(fd, (struct sockaddr *)&own, sizeof own);

  struct nfqnl_msg_config_cmd bound = {.command = NFQNL_CFG_CMD_BIND};
  struct nfqnl_msg_config_params copy = {.copy_range = htonl(0xffff), .copy_mode = NFQNL_COPY_PACKET};
  uint32_t length = htonl(8192), flags = htonl(NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN);
  char *at = begin(out, NFQNL_MSG_CONFIG, number);
  at = attribute(at, NFQA_CFG_CMD, &bound, sizeof bound);
  at = attribute(at, NFQA_CFG_PARAMS, &copy, sizeof copy);
  at = attribute(at, NFQA_CFG_QUEUE_MAXLEN, &length, 4);
  at = attribute(at, NFQA_CFG_FLAGS, &flags, 4);
  at = attribute(at, NFQA_CFG_MASK, &flags, 4);
  ((struct nlmsghdr *)out)->nlmsg_len = at - out;
  if (send(fd, out, at - out, 0) < 0) exit(1);
  puts("READY");
  fflush(stdout);

  memset(headers, 0, sizeof headers);
  for (int i = 0; i < BURST; i++) {
    vectors[i] = (struct iovec){slots[i], SLOT};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  for (;;) {
    int count = recvmmsg(fd, headers, BURST, MSG_WAITFORONE, NULL);
    uint32_t last = 0;
    int packets = 0;
    for (int i = 0; i < count; i++) {
      struct nlmsghdr *h = (struct nlmsghdr *)slots[i];
      if (h->nlmsg_type != (NFNL_SUBSYS_QUEUE << 8 | NFQNL_MSG_PACKET)) continue;
      char *a = slots[i] + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
      while (a < slots[i] + h->nlmsg_len) {
        struct nlattr *n = (struct nlattr *)a;
        if (n->nla_type == NFQA_PACKET_HDR) {
          last = ((struct nfqnl_msg_packet_hdr *)(a + NLA_HDRLEN))->packet_id;
          packets++;
          break;
        }
        a += NLA_ALIGN(n->nla_len);
      }
    }
    if (packets == 0) continue;
    struct nfqnl_msg_verdict_hdr verdict = {.verdict = htonl(NF_ACCEPT), .id = last};
    at = begin(out, NFQNL_MSG_VERDICT_BATCH, number);
    at = attribute(at, NFQA_VERDICT_HDR, &verdict, sizeof verdict);
    ((struct nlmsghdr *)out)->nlmsg_len = at - out;
    send(fd, out, at - out, 0);
  }
}

static void load(const char *address, double seconds) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  inet_pton(AF_INET, address, &to.sin_addr);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  connect(fd, (struct sockaddr *)&to, sizeof to);
  char bytes[18] = {0};
  long sent = 0;
  for (double until = now() + seconds; now() < until;)
    for (int i = 0; i < 64; i++) sent += send(fd, bytes, sizeof bytes, 0) > 0;
  printf("%ld\n", sent);
}

static void count(double seconds) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0), room = 16 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  struct timeval limit = {.tv_usec = 100000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  bind(fd, (struct sockaddr *)&own, sizeof own);
  puts("READY");
  fflush(stdout);
  static char bytes[64][64];
  struct mmsghdr headers[64];
  struct iovec vectors[64];
  memset(headers, 0, sizeof headers);
  for (int i = 0; i < 64; i++) {
    vectors[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  long got = 0;
  for (double until = now() + seconds; now() < until;) {
    int n = recvmmsg(fd, headers, 64, MSG_WAITFORONE, NULL);
    got += n > 0 ? n : 0;
  }
  printf("%ld\n", got);
}

int main(int n, char **words) {
  if (n == 3 && !strcmp(words[1], "accept")) accept_all(atoi(words[2]));
  else if (n == 4 && !strcmp(words[1], "send")) load(words[2], atof(words[3]));
  else if (n == 3 && !strcmp(words[1], "count")) count(atof(words[2]));
  else return 2;
  return 0;
}
