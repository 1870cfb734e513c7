/* A pseudo terminal with data both ways, and one that controls a session. */
#include "target.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int master, slave, controller;
static char controlled[64];
static pid_t leader;

static void lead(void)
{
	need(setsid() > 0);
	int terminal = open(controlled, O_RDWR);
	need(terminal >= 0 && ioctl(terminal, TIOCSCTTY, 0) == 0 && tcsetpgrp(terminal, getpid()) == 0);
	need(dup2(terminal, 0) == 0);
}

static void judge_leader(void)
{
	char line[16] = "";
	int terminal = open("/dev/tty", O_RDWR);
	expect(terminal >= 0 && tcgetpgrp(terminal) == getpid() && tcgetsid(0) == getpid(), "the session has its terminal");
	expect(read_all(0, line, 6) && strcmp(line, "input\n") == 0, "the line that was typed before the dump");
	expect(write_all(0, "answer", 6), "the leader answers");
}

void setup(void)
{
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	need(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	struct termios modes;
	need(slave >= 0 && tcgetattr(slave, &modes) == 0);
	modes.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	modes.c_oflag &= ~(tcflag_t)OPOST;
	modes.c_cc[VMIN] = 1;
	modes.c_cc[VINTR] = 1;
	need(tcsetattr(slave, TCSANOW, &modes) == 0);
	need(ioctl(slave, TIOCSWINSZ, &(struct winsize){.ws_row = 43, .ws_col = 132, .ws_xpixel = 7}) == 0);
	need(write_all(master, "to the slave", 12) && write_all(slave, "to the \"master\"\n", 16));

	controller = posix_openpt(O_RDWR | O_NOCTTY);
	need(controller >= 0 && grantpt(controller) == 0 && unlockpt(controller) == 0);
	snprintf(controlled, sizeof controlled, "%s", ptsname(controller));
	need(tcgetattr(controller, &modes) == 0);
	modes.c_lflag &= ~(tcflag_t)ECHO; /* CRIU types the pending input again: it would be echoed twice */
	need(tcsetattr(controller, TCSANOW, &modes) == 0);
	leader = child(lead, judge_leader);
	need(write_all(controller, "input\n", 6));
}

void check(void)
{
	char text[64] = "";
	expect(read_all(slave, text, 12) && strcmp(text, "to the slave") == 0, "what was written to the slave: %s", text);
	memset(text, 0, sizeof text);
	expect(read_all(master, text, 16) && strcmp(text, "to the \"master\"\n") == 0, "what was written to the master");
	saw("slave", ptsname(master));
	struct termios modes;
	struct winsize size;
	expect(tcgetattr(slave, &modes) == 0 && !(modes.c_lflag & (ECHO | ICANON)) && !(modes.c_oflag & OPOST) && modes.c_cc[VINTR] == 1, "the terminal's modes");
	expect(ioctl(master, TIOCGWINSZ, &size) == 0 && size.ws_row == 43 && size.ws_col == 132 && size.ws_xpixel == 7, "the window's size");
	judge_child(leader, "the session leader");
	expect(read_all(controller, text, 6) && memcmp(text, "answer", 6) == 0, "the leader's answer");
}
