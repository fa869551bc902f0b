// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

namespace widthwise::trainer {

/// What a trial was asked to do.
enum class Request { None, Checkpoint, Stop };

/// Thrown out of long work that was given up because the trial was asked to stop.
struct StopRequested {};

/// Listens for requests: the words `checkpoint` and `stop` in the file `control`, SIGUSR1 and SIGTERM (and
/// SIGINT).
class Control {
public:
    /// Takes over the three signals for the life of the process, and lets through any that are held back.
    explicit Control(std::string file);

    /// What was asked for since the last call; a control file that was understood is removed.
    Request poll();

    /// Called every second or so in the midst of long work. Tells the handler what was asked for since the
    /// last call, once; `poll` still says it afterwards. Passes on what the handler throws.
    void attend();
    void whenAsked(std::function<void(Request)> handler) { m_handler = std::move(handler); }

private:
    Request news();

    std::string m_file;
    std::function<void(Request)> m_handler;
    Request m_waiting = Request::None; ///< heard by `attend`, for `poll`
};

} // namespace widthwise::trainer
