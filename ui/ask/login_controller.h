// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/ask/keychain.h"
#include "ui/ask/login_channel.h"

#include <deque>
#include <map>

namespace widthwise::ui {

class LoginPanel;

/// Answers what the logins of other processes ask: from the keychain where a person once wanted that, else
/// by asking the person, one question after another.
class LoginController : public QObject {
    Q_OBJECT
public:
    /// `panel` outlives it.
    explicit LoginController(LoginPanel& panel, QObject* parent = nullptr);

    /// Until the channel is closed or gone.
    void attend(LoginChannel* channel);

Q_SIGNALS:
    /// One sentence for a person.
    void failed(const QString& message);

private:
    /// What was answered to a channel and is not known to be right yet.
    struct Visit {
        bool waits = false;                ///< for what comes of the last answer
        std::map<QString, QString> toKeep; ///< by keys of the keychain
    };
    struct Question {
        LoginChannel* channel;
        LoginMessage words;
        bool mayRemember = false;
        bool shown = false;
    };

    void handle(LoginChannel* channel, const LoginMessage& message);
    void consult(LoginChannel* channel, const SecretQuestion& question);
    void enqueue(Question question);
    void take(const LoginAnswer& answer, bool remember);
    void keep(Visit& visit);
    void forget(LoginChannel* channel);
    void refresh();
    void show(const Question& question);

    LoginPanel& m_panel;
    Keychain m_keychain;
    std::map<LoginChannel*, Visit> m_visits;
    std::deque<Question> m_queue; ///< the first is shown
};

} // namespace widthwise::ui
