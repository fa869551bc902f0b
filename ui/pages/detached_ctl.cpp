// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/detached_ctl.h"

#include "core/host/detached_process.h"
#include "core/host/host.h"
#include "ui/ask/login_channel.h"
#include "ui/pages/ctl_process.h"

#include <QFile>
#include <QTimer>

#include <chrono>
#include <sys/wait.h>

namespace widthwise::ui {

using namespace std::chrono_literals;

pid_t DetachedCtl::start(const QStringList& arguments, const QString& subject, const QString& errors)
{
    if (!QFile::exists(ctlProgram())) {
        Q_EMIT failed(
            tr("%1 is missing: without it nothing can be run. Install Widthwise again.").arg(ctlProgram()));
        return 0;
    }
    DetachedProcess process{.program = ctlProgram().toStdString(),
                            .arguments = {"widthwisectl"},
                            .errors = errors.toStdString(),
                            .inherited = -1};
    for (const QString& argument : arguments)
        process.arguments.push_back(argument.toStdString());
    for (const std::string& argument : {std::string("--ask-fd"), std::to_string(process.inheritedNumber)})
        process.arguments.push_back(argument);
    auto* channel = new LoginChannel(subject, this);
    process.inherited = channel->farEnd();
    pid_t pid = 0;
    try {
        pid = startDetached(process);
    } catch (const HostError& error) {
        delete channel;
        Q_EMIT failed(QString::fromUtf8(error.what()));
        return 0;
    }
    connect(channel, &LoginChannel::closed, this, [this, channel, pid] {
        channel->deleteLater();
        bury(pid, channel->subject());
    });
    channel->handedOver();
    Q_EMIT started(channel);
    return pid;
}

/// Its socket is closed a moment before it can be waited for.
void DetachedCtl::bury(pid_t pid, const QString& subject)
{
    if (waitpid(pid, nullptr, WNOHANG) == 0)
        QTimer::singleShot(10ms, this, [this, pid, subject] { bury(pid, subject); });
    else
        Q_EMIT ended(subject);
}

} // namespace widthwise::ui
