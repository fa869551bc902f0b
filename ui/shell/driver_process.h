// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/pages/detached_ctl.h"

#include <QHash>
#include <QObject>
#include <QString>

namespace widthwise::ui {

/// Starts drivers: `widthwisectl drive`, found beside this program, detached from it, so that a search goes
/// on when the desktop is closed. While the desktop is there a driver asks it what the login at a site needs.
class DriverProcess : public QObject {
    Q_OBJECT
public:
    explicit DriverProcess(const QString& storeFile, QObject* parent = nullptr);

    /// Does nothing while one that was started here logs in or drives. One that has said goodbye is followed
    /// as soon as it has ended: `former` is the process that drove last, 0 for none.
    void start(const QString& experiment, qint64 former);
    /// The process that was started here and logs in or drives; 0 for none.
    pid_t pidOf(const QString& experiment) const { return m_running.value(experiment).pid; }
    /// Asks a driver of this machine to end and to leave its trials to themselves.
    static void leave(qint64 pid);

Q_SIGNALS:
    /// A driver is there that may ask.
    void started(widthwise::ui::LoginChannel* channel);
    /// The one of this experiment has come up, or has ended.
    void changed();
    /// The driver could not be started, or ended for a reason that a person should know. One sentence.
    void failed(const QString& message);

private:
    struct Running {
        pid_t pid = 0;
        bool another = false; ///< is to be started when it has ended
    };

    void conclude(const QString& experiment);

    DetachedCtl m_ctl;
    QString m_storeFile;
    QHash<QString, Running> m_running; ///< by experiment
};

} // namespace widthwise::ui
