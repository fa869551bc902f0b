// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/file_descriptor.h"
#include "core/host/ssh/login_message.h"

#include <QObject>
#include <QSocketNotifier>

namespace widthwise::ui {

/// The desktop's end of the socket over which a process that it starts asks what a login needs
/// (core/host/ssh/login_message.h). The process inherits the far end and is told its number by --ask-fd.
class LoginChannel : public QObject {
    Q_OBJECT
public:
    /// `subject` is what the login is for, in a person's words: an experiment's name, …
    explicit LoginChannel(QString subject, QObject* parent = nullptr);

    const QString& subject() const { return m_subject; }
    int farEnd() const { return m_far.number(); }
    /// The process has its end; without this call its death would not be seen.
    void handedOver() { m_far.close(); }
    void answer(const LoginAnswer& answer);

Q_SIGNALS:
    void messageCame(const widthwise::LoginMessage& message);
    /// The process has ended.
    void closed();

private:
    void read();

    QString m_subject;
    FileDescriptor m_near;
    FileDescriptor m_far;
    QSocketNotifier m_notifier{QSocketNotifier::Read};
    std::string m_unread; ///< the beginning of a line
};

} // namespace widthwise::ui
