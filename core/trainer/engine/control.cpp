// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/engine/control.h"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <unistd.h>
#include <utility>

namespace widthwise::trainer {

namespace {

volatile std::sig_atomic_t stopAsked = 0;
volatile std::sig_atomic_t checkpointAsked = 0;

extern "C" void onSignal(int signal)
{
    (signal == SIGUSR1 ? checkpointAsked : stopAsked) = 1;
}

} // namespace

Control::Control(std::string file) : m_file(std::move(file))
{
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    sigset_t awaited;
    sigemptyset(&awaited);
    for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) {
        sigaction(signal, &action, nullptr);
        sigaddset(&awaited, signal);
    }
    pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);
}

Request Control::poll()
{
    const Request request = std::max(m_waiting, news());
    m_waiting = Request::None;
    return request;
}

void Control::attend()
{
    const Request request = news();
    m_waiting = std::max(m_waiting, request);
    if (request != Request::None && m_handler) {
        m_handler(request);
    }
}

Request Control::news()
{
    Request request = checkpointAsked != 0 ? Request::Checkpoint : Request::None;
    checkpointAsked = 0;
    if (access(m_file.c_str(), R_OK) == 0) {
        std::string word;
        std::ifstream(m_file) >> word;
        if (word == "stop" || word == "checkpoint") {
            unlink(m_file.c_str());
            request = word == "stop" ? Request::Stop : Request::Checkpoint;
        }
    }
    if (stopAsked != 0) {
        stopAsked = 0;
        request = Request::Stop;
    }
    return request;
}

} // namespace widthwise::trainer
