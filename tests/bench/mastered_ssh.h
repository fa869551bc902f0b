// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace widthwise::bench {

/// The program `ssh` on the host `cluster` of a configuration, with one connection for all of its calls.
class MasteredSsh {
public:
    /// The master listens on `socket`, a file that is not there yet. Throws std::runtime_error.
    MasteredSsh(const std::string& config, const std::string& socket);
    ~MasteredSsh();
    MasteredSsh(const MasteredSsh&) = delete;
    MasteredSsh& operator=(const MasteredSsh&) = delete;

    /// Throws std::runtime_error where the command fails.
    void run(const std::string& command) const { call({"cluster", command}); }

private:
    void call(const std::vector<std::string>& arguments) const;
    bool succeeds(const std::vector<std::string>& arguments) const;

    std::vector<std::string> m_options;
};

} // namespace widthwise::bench
