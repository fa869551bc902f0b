// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/host/ssh/ssh_login.h"

#include "core/host/local_host.h"
#include "core/host/shell.h"

#include <libssh/libssh.h>

#include <sstream>

namespace widthwise {

namespace {

std::string place(const SshHop& hop)
{
    return hop.port == 22 ? hop.host : "[" + hop.host + "]:" + std::to_string(hop.port);
}

HostKeyQuestion questionAbout(ssh_session session, const SshHop& hop)
{
    HostKeyQuestion question{.host = place(hop), .keyType = {}, .fingerprint = {}};
    ssh_key key = nullptr;
    if (ssh_get_server_publickey(session, &key) != SSH_OK)
        throw HostError(question.host + " shows no key");
    question.keyType = ssh_key_type_to_char(ssh_key_type(key));
    unsigned char* hash = nullptr;
    std::size_t length = 0;
    if (ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &length) == SSH_OK) {
        char* text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length);
        question.fingerprint = text ? text : "";
        ssh_string_free_char(text);
        ssh_clean_pubkey_hash(&hash);
    }
    ssh_key_free(key);
    return question;
}

/// The keys that known_hosts has of a host, as ssh-keygen tells them: `ED25519 SHA256:…`.
std::string knownKeys(const std::string& host, const std::string& file)
{
    constexpr std::chrono::seconds timeout{10};
    LocalHost local;
    const CommandResult found =
        local.run("ssh-keygen -l -F " + shellQuoted(host) + " -f " + shellQuoted(file), timeout);
    std::istringstream lines(found.output);
    std::string keys;
    for (std::string line; std::getline(lines, line);)
        if (const std::size_t space = line.find(' '); !line.starts_with('#') && space != std::string::npos)
            keys += (keys.empty() ? "" : ", ") + line.substr(space + 1);
    return keys.empty() ? "another one" : keys;
}

[[noreturn]] void refuseChanged(const HostKeyQuestion& question, const SshHop& hop)
{
    throw HostError(
        "the key of " + question.host +
        " is not the one that is known: either the machine was set up anew, or somebody stands in "
        "between. Known is " +
        knownKeys(question.host, hop.knownHostsFile) + ", it now shows " + question.keyType + " " +
        question.fingerprint +
        ". If the site's administrators confirm that, remove the old key: ssh-keygen -f " +
        shellQuoted(hop.knownHostsFile) + " -R " + shellQuoted(question.host));
}

} // namespace

void checkHostKey(ssh_session_struct* session, const SshHop& hop, SshPrompter* prompter)
{
    const enum ssh_known_hosts_e state = ssh_session_is_known_server(session);
    if (state == SSH_KNOWN_HOSTS_OK)
        return;
    const HostKeyQuestion question = questionAbout(session, hop);
    switch (state) {
    case SSH_KNOWN_HOSTS_CHANGED:
    case SSH_KNOWN_HOSTS_OTHER:
        refuseChanged(question, hop);
    case SSH_KNOWN_HOSTS_ERROR:
        throw HostError("cannot read " + hop.knownHostsFile + ": " + ssh_get_error(session));
    default:
        break;
    }
    if (!prompter)
        throw PersonNeeded(question.host +
                           " was never seen before: connect to it once by hand and confirm its key " +
                           question.fingerprint);
    if (!prompter->acceptHostKey(question))
        throw HostError(question.host + " was not trusted");
    if (ssh_session_update_known_hosts(session) != SSH_OK)
        throw HostError("cannot write " + hop.knownHostsFile + ": " + ssh_get_error(session));
}

} // namespace widthwise
