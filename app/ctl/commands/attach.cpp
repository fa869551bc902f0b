// SPDX-License-Identifier: GPL-3.0-or-later
// The copies that this store keeps of another one's experiments.
#include "app/ctl/attaching.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/invocation.h"
#include "app/ctl/leave_on_signal.h"
#include "app/ctl/log_file.h"
#include "app/ctl/overview.h"
#include "app/ctl/prompter.h"
#include "core/host/detached_process.h"
#include "core/mirror/mirror_keeper.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <functional>
#include <iostream>
#include <thread>

namespace widthwise::ctl {

namespace {

using namespace std::chrono_literals;

MirrorRecord findMirror(Database& database, const Remote& remote)
{
    std::optional<MirrorRecord> found;
    for (const MirrorRecord& mirror : Mirrors(database).all())
        if (mirror.remote.host == remote.host && mirror.remote.file == remote.file)
            found = mirror; // the latest is the store that lies there now
    if (!found)
        throw Failure(NotFound, nameOf(remote) + " was never attached; widthwisectl attach does that");
    return *found;
}

/// Says what changes, a line each.
void keep(Database& database, const MirrorRecord& mirror, Host& host,
          const std::function<void(const std::string&)>& say)
{
    MirrorKeeper keeper(database, mirror, host, {});
    std::optional<std::string> said;
    keeper.onProgress([&](const std::string& problem) {
        if (problem == said)
            return;
        said = problem;
        say(problem.empty() ? "heard of " + nameOf(mirror.remote) + ": " + copiesText(database, mirror.id) +
                                  ", kept up to date from now on"
                            : problem);
    });
    const LeaveOnSignal leaveOnSignal(keeper);
    keeper.run();
}

std::string logFile(const Database& database, const Remote& remote)
{
    std::string name = remote.host;
    std::ranges::replace(name, '/', '-');
    return trialsDirectory(database.file()) + '/' + name + ".mirror.log";
}

/// Waits until the process has heard of the other store, or says why it does not.
ExitCode attachDetached(Database& database, const MirrorRecord& mirror)
{
    const TimePoint begun = currentTime();
    const pid_t pid = startDetached(
        {.program = "/proc/self/exe",
         .arguments = {"widthwisectl", "mirror", "--store", database.file(), nameOf(mirror.remote)}});
    const auto patience = std::chrono::steady_clock::now() + 30s;
    MirrorRecord now = mirror;
    while (std::chrono::steady_clock::now() < patience) {
        now = findMirror(database, mirror.remote);
        if ((now.lastContact && *now.lastContact >= begun) ||
            (now.beat && *now.beat >= begun && !now.problem.empty()))
            break;
        if (waitpid(pid, nullptr, WNOHANG) == pid)
            throw Failure(Unsuccessful, now.problem.empty()
                                            ? "the process that keeps the copies ended; see " +
                                                  logFile(database, mirror.remote)
                                            : now.problem);
        std::this_thread::sleep_for(50ms);
    }
    std::cout << (now.problem.empty()
                      ? nameOf(mirror.remote) + " is attached: " + copiesText(database, now.id) +
                            ", kept up to date by process " + std::to_string(pid)
                      : now.problem + "; process " + std::to_string(pid) + " tries again")
              << '\n';
    return now.problem.empty() ? Done : Unsuccessful;
}

/// Until no process keeps the copies. Throws Failure where one does not end.
void awaitEnd(Database& database, const MirrorRecord& mirror)
{
    Mirrors mirrors(database);
    const auto patience = std::chrono::steady_clock::now() + 60s;
    for (; mirrors.isKept(mirror.id); std::this_thread::sleep_for(50ms)) {
        mirrors.detach(mirror.id);
        if (std::chrono::steady_clock::now() > patience)
            throw Failure(Refused, "the process that keeps the copies of " + nameOf(mirror.remote) +
                                       " does not end; it is named in " + logFile(database, mirror.remote));
    }
}

/// The mirror of this remote, which no other process keeps any more: one that waits for a person to log in
/// would be in the way of that person.
MirrorRecord takeOver(Database& database, const Remote& remote)
{
    Mirrors mirrors(database);
    const MirrorRecord mirror = mirrors.attach(remote);
    awaitEnd(database, mirror);
    return mirrors.attach(remote);
}

ExitCode executeAttach(const Invocation& invocation)
{
    Remote remote = remoteOf(invocation.argument(0));
    remote.program = invocation.value("program").value_or(remote.program);
    remote.sshConfig = invocation.value("ssh-config").value_or(remote.sshConfig);
    Database database(invocation.storeFile());
    const MirrorRecord mirror = takeOver(database, remote);
    if (invocation.has("detach"))
        return attachDetached(database, mirror);
    const std::unique_ptr<Host> host = hostOf(mirror.remote, prompterFor(invocation).get());
    std::cout << "Ctrl-C ends it; the copies stay" << std::endl;
    keep(database, mirror, *host, [](const std::string& text) { std::cout << text << std::endl; });
    return LeaveOnSignal::wasSignalled() ? Interrupted : Done;
}

/// Logged in where the host is in reach and a person answers; else the keeper goes on trying.
std::unique_ptr<Host> reach(Database& database, const MirrorRecord& mirror, SshPrompter* prompter)
{
    try {
        return hostOf(mirror.remote, prompter);
    } catch (const HostError& error) {
        Mirrors(database).setProblem(mirror.id, error.what());
        return hostOf(mirror.remote, nullptr);
    }
}

ExitCode executeMirror(const Invocation& invocation)
{
    Database database(invocation.storeFile());
    const Remote named = findMirror(database, remoteOf(invocation.argument(0))).remote;
    const LogFile log(logFile(database, named));
    setsid(); // fails where it leads a group: the shell's job, or a session of its own already
    std::signal(SIGHUP, SIG_IGN);
    try {
        const MirrorRecord mirror = takeOver(database, named);
        const std::unique_ptr<Host> host = reach(database, mirror, prompterFor(invocation).get());
        LogFile::say("process " + std::to_string(getpid()) + " keeps the copies of " + nameOf(mirror.remote));
        keep(database, mirror, *host, LogFile::say);
        LogFile::say("ended");
    } catch (const std::exception& error) {
        LogFile::say(error.what());
        Mirrors(database).setProblem(findMirror(database, named).id, error.what());
        throw;
    }
    return Done;
}

ExitCode executeDetach(const Invocation& invocation)
{
    const auto database = openStore(invocation, Database::Mode::ReadWrite);
    const MirrorRecord mirror = findMirror(*database, remoteOf(invocation.argument(0)));
    Mirrors(*database).detach(mirror.id);
    if (invocation.has("forget")) {
        const std::string copies = copiesText(*database, mirror.id);
        awaitEnd(*database, mirror);
        Mirrors(*database).forget(mirror.id);
        std::cout << nameOf(mirror.remote) << " is forgotten, with its " << copies << " here\n";
        return Done;
    }
    std::cout << nameOf(mirror.remote) << " is detached; " << copiesText(*database, mirror.id)
              << " of it stay as last contact\n";
    return Done;
}

} // namespace

Subcommand attachCommand()
{
    return {"attach",
            "HOST[:STORE]",
            "Copy another machine's experiments into this store and keep the copies current",
            "HOST is as for ssh, or a site. STORE is the path of the store there (default: the usual one). "
            "The copies look\n"
            "like other experiments. pause, resume, stop and retry are sent to HOST, at once or when it can "
            "be reached\n"
            "again. HOST needs only widthwisectl.",
            "widthwisectl attach juwels --detach",
            1,
            1,
            {{"detach", "", "run in the background; it survives this terminal"},
             {"program", "PATH", "widthwisectl on HOST; default: found in PATH, ~/.local/bin or ~/bin"},
             {"ssh-config", "FILE", "use this file instead of ~/.ssh/config"}},
            executeAttach};
}

Subcommand detachCommand()
{
    return {"detach",
            "HOST[:STORE]",
            "Stop updating the copies of another machine's experiments",
            "The copies stay as they are, and attach continues from there. With --forget they are removed "
            "from this store;\n"
            "the experiments on HOST are not touched.",
            "widthwisectl detach juwels",
            1,
            1,
            {{"forget", "", "also remove the copies and the host from this store"}},
            executeDetach};
}

Subcommand mirrorCommand()
{
    return {"mirror",
            "HOST[:STORE]",
            "Update the copies of an attached store, in the background",
            "attach --detach and the desktop start this. It writes to HOST.mirror.log in the folder of the "
            "trials.",
            "widthwisectl mirror juwels",
            1,
            1,
            {},
            executeMirror};
}

} // namespace widthwise::ctl
