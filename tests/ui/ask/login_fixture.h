// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/host.h"
#include "core/host/ssh/pipe_prompter.h"
#include "ui/ask/login_channel.h"
#include "ui/ask/login_controller.h"
#include "ui/ask/login_panel.h"

#include <QApplication>
#include <QCheckBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>

#include <future>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace widthwise::ui {

inline const HostKeyQuestion newHost{"juwels.fz-juelich.de", "ssh-ed25519",
                                     "SHA256:4EWj1SmhSGYTqcPG2ZFb2jnAFqB3t9oxTdCxXoVHBGY"};
inline const SecretQuestion passphrase{SecretQuestion::Kind::Passphrase,
                                       "me@juwels.fz-juelich.de",
                                       "/home/me/.ssh/id_ed25519",
                                       {},
                                       false,
                                       false};
inline const SecretQuestion password{SecretQuestion::Kind::Password, "me@gate", "Password", {}, false, false};
inline const SecretQuestion code{SecretQuestion::Kind::KeyboardInteractive,
                                 "me@gate",
                                 "Verification code: ",
                                 "Two-factor authentication",
                                 false,
                                 false};

inline SecretQuestion again(SecretQuestion question)
{
    question.again = true;
    return question;
}

/// A window with the panel, and keys for the person before it.
class Logins {
public:
    Logins() : m_controller(*m_panel)
    {
        auto* column = new QVBoxLayout(&m_window);
        column->addWidget(m_panel);
        column->addWidget(&m_other);
        m_window.resize(grid * 120, grid * 20);
        m_window.show();
        QApplication::setActiveWindow(&m_window);
        m_active = QTest::qWaitForWindowActive(&m_window);
        m_window.setFocus(); // nobody types into the other field yet
    }

    void attend(LoginChannel& channel) { m_controller.attend(&channel); }
    bool isActive() const { return m_active; }
    bool asks() const { return m_panel->isVisible() && yes().isVisible(); }
    LoginPanel& panel() const { return *m_panel; }
    QLineEdit& other() { return m_other; }
    QLineEdit& edit() const { return *m_panel->findChild<QLineEdit*>(); }
    QCheckBox& remember() const { return *m_panel->findChild<QCheckBox*>(); }
    QPushButton& yes() const { return *find<QPushButton>("loginYes"); }
    QPushButton& no() const { return *find<QPushButton>("loginNo"); }
    QString text(const char* label) const { return find<QLabel>(label)->text(); }
    void type(const char* words) const { QTest::keyClicks(&edit(), QString::fromLatin1(words)); }
    void enter() const { QTest::keyClick(&edit(), Qt::Key_Return); }

private:
    template <class Widget>
    Widget* find(const char* name) const
    {
        return m_panel->findChild<Widget*>(QString::fromLatin1(name));
    }

    QWidget m_window;
    LoginPanel* m_panel = new LoginPanel;
    QLineEdit m_other;
    LoginController m_controller;
    bool m_active = false;
};

/// A process that logs in, as a thread: it asks at the far end of a real socket.
class Login {
public:
    Login(Logins& logins, const char* subject)
        : m_channel(QString::fromLatin1(subject)), m_far(dup(m_channel.farEnd())), m_prompter(m_far.number())
    {
        m_channel.handedOver();
        logins.attend(m_channel);
    }
    ~Login() { die(); }
    Login(const Login&) = delete;
    Login& operator=(const Login&) = delete;

    /// Its answer is "(called off)" where the person did not want to go on.
    std::future<std::string> ask(const SecretQuestion& question)
    {
        return inThread<std::string>([this, question]() -> std::string {
            try {
                return m_prompter.secret(question).value_or("(none)");
            } catch (const HostError&) {
                return "(called off)";
            }
        });
    }
    std::future<bool> ask(const HostKeyQuestion& question)
    {
        return inThread<bool>([this, question] {
            try {
                return m_prompter.acceptHostKey(question);
            } catch (const HostError&) {
                return false;
            }
        });
    }
    void isIn() { m_prompter.loggedIn("site"); }
    /// What a thread still waits for ends with it.
    void die()
    {
        shutdown(m_far.number(), SHUT_RDWR);
        m_far.close();
    }

private:
    template <class Result>
    std::future<Result> inThread(std::function<Result()> ask)
    {
        std::promise<Result> promise;
        std::future<Result> answer = promise.get_future();
        m_threads.emplace_back(
            [promise = std::move(promise), ask = std::move(ask)]() mutable { promise.set_value(ask()); });
        return answer;
    }

    LoginChannel m_channel;
    FileDescriptor m_far;
    PipePrompter m_prompter;
    std::vector<std::jthread> m_threads;
};

} // namespace widthwise::ui
