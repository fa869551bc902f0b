// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>

namespace widthwise {

/// A host that shows its key for the first time.
struct HostKeyQuestion {
    std::string host;        ///< with the port where it is not 22
    std::string keyType;     ///< e.g. `ssh-ed25519`
    std::string fingerprint; ///< `SHA256:…` as OpenSSH prints it
    bool operator==(const HostKeyQuestion&) const = default;
};

struct SecretQuestion {
    enum class Kind { Passphrase, Password, KeyboardInteractive };
    Kind kind = Kind::Password;
    std::string host;        ///< `user@host`
    std::string prompt;      ///< what is asked for, e.g. the key file's name or the server's own words
    std::string instruction; ///< the server's, often empty
    bool echo = false;       ///< may be shown while it is typed
    bool again = false;      ///< the answer before was wrong
    bool operator==(const SecretQuestion&) const = default;
};

/// Answers what only a person can. Called in the connection's thread, and may take as long as a person does.
class SshPrompter {
public:
    virtual ~SshPrompter() = default;
    /// Whether to trust the host and remember its key.
    virtual bool acceptHostKey(const HostKeyQuestion& question) = 0;
    /// Empty where the person does not want to go on. The answer is kept in memory only.
    virtual std::optional<std::string> secret(const SecretQuestion& question) = 0;
    /// The login is over: every answer was right.
    virtual void loggedIn(const std::string& /*host*/) {}
};

} // namespace widthwise
