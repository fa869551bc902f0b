// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ask/login_controller.h"

#include "ui/ask/login_panel.h"

#include <QPointer>

#include <algorithm>

namespace widthwise::ui {

namespace {

/// Under which the answer stands in the keychain; empty where it is good for one time only.
QString keyOf(const SecretQuestion& question)
{
    switch (question.kind) {
    case SecretQuestion::Kind::Passphrase:
        return QStringLiteral("passphrase of %1").arg(QString::fromStdString(question.prompt));
    case SecretQuestion::Kind::Password:
        return QStringLiteral("password of %1").arg(QString::fromStdString(question.host));
    case SecretQuestion::Kind::KeyboardInteractive:
        break;
    }
    return {};
}

} // namespace

LoginController::LoginController(LoginPanel& panel, QObject* parent) : QObject(parent), m_panel(panel)
{
    connect(&panel, &LoginPanel::answered, this, &LoginController::take);
    connect(&m_keychain, &Keychain::failed, this, &LoginController::failed);
}

void LoginController::attend(LoginChannel* channel)
{
    m_visits[channel];
    connect(channel, &LoginChannel::messageCame, this,
            [this, channel](const LoginMessage& message) { handle(channel, message); });
    connect(channel, &LoginChannel::closed, this, [this, channel] { forget(channel); });
    connect(channel, &QObject::destroyed, this, [this, channel] { forget(channel); });
}

void LoginController::handle(LoginChannel* channel, const LoginMessage& message)
{
    m_visits[channel].waits = false;
    if (const auto* question = std::get_if<SecretQuestion>(&message))
        consult(channel, *question);
    else if (std::holds_alternative<HostKeyQuestion>(message))
        enqueue({channel, message});
    else
        keep(m_visits[channel]);
    refresh();
}

/// An answer that was wrong is kept no longer, wherever it came from.
void LoginController::consult(LoginChannel* channel, const SecretQuestion& question)
{
    const QString key = keyOf(question);
    if (key.isEmpty()) {
        enqueue({channel, question});
        return;
    }
    const auto receive = [this, guard = QPointer(channel), question](const Keychain::Finding& finding) {
        if (!guard || !m_visits.contains(guard))
            return;
        if (finding.secret)
            guard->answer(finding.secret->toStdString());
        else
            enqueue({guard, question, finding.answers});
    };
    if (question.again) {
        m_visits[channel].toKeep.erase(key);
        m_keychain.remove(key, receive);
    } else {
        m_keychain.find(key, receive);
    }
}

void LoginController::enqueue(Question question)
{
    m_queue.push_back(std::move(question));
    refresh();
}

void LoginController::take(const LoginAnswer& answer, bool remember)
{
    if (m_queue.empty())
        return;
    const Question question = m_queue.front();
    m_queue.pop_front();
    Visit& visit = m_visits[question.channel];
    visit.waits = answer.has_value();
    if (answer && remember)
        visit.toKeep[keyOf(std::get<SecretQuestion>(question.words))] = QString::fromStdString(*answer);
    question.channel->answer(answer);
    refresh();
}

/// Once the host has let it in, the answers are known to be right.
void LoginController::keep(Visit& visit)
{
    for (const auto& [key, secret] : std::exchange(visit.toKeep, {}))
        m_keychain.keep(key, secret);
}

void LoginController::forget(LoginChannel* channel)
{
    m_visits.erase(channel);
    std::erase_if(m_queue, [channel](const Question& question) { return question.channel == channel; });
    refresh();
}

void LoginController::refresh()
{
    if (!m_queue.empty()) {
        Question& next = m_queue.front();
        if (!std::exchange(next.shown, true))
            show(next);
        m_panel.showMore(m_queue.size() - 1);
        return;
    }
    const auto waiting = std::ranges::find_if(m_visits, [](const auto& visit) { return visit.second.waits; });
    if (waiting != m_visits.end())
        m_panel.wait(waiting->first->subject());
    else
        m_panel.clear();
    m_panel.showMore(0);
}

void LoginController::show(const Question& question)
{
    const QString& subject = question.channel->subject();
    if (const auto* secret = std::get_if<SecretQuestion>(&question.words))
        m_panel.ask(subject, *secret, question.mayRemember);
    else
        m_panel.ask(subject, std::get<HostKeyQuestion>(question.words));
}

} // namespace widthwise::ui
