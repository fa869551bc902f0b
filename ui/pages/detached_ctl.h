// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>

#include <sys/types.h>

namespace widthwise::ui {

class LoginChannel;

/// Calls of widthwisectl that outlive this program. While it is there they ask it what a login needs.
class DetachedCtl : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// `subject` is what its logins are for, in a person's words; its stderr goes to the file `errors`.
    /// Returns its process id, or 0 after failed().
    pid_t start(const QStringList& arguments, const QString& subject,
                const QString& errors = QStringLiteral("/dev/null"));

Q_SIGNALS:
    /// It is there, and may ask.
    void started(widthwise::ui::LoginChannel* channel);
    void ended(const QString& subject);
    /// It could not be started. One sentence for a person.
    void failed(const QString& message);

private:
    void bury(pid_t pid, const QString& subject);
};

} // namespace widthwise::ui
