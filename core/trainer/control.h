// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace widthwise::trainer {

/// What a trial was asked to do.
enum class Request { None, Checkpoint, Stop };

/// Listens for requests: the words `checkpoint` and `stop` in the file `control`, SIGUSR1 and SIGTERM (and
/// SIGINT).
class Control {
public:
    /// Takes over the three signals for the life of the process.
    explicit Control(std::string file);

    /// What was asked for since the last call; a control file that was understood is removed.
    Request poll();

private:
    std::string m_file;
};

} // namespace widthwise::trainer
