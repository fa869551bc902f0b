// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/host/ssh/login_message.h"
#include "ui/theme/theme.h"

#include <QFrame>
#include <QPointer>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace widthwise::ui {

/// One question of a login across the top of the pages: a host's key to be trusted, or a passphrase, a
/// password or a code. It is never in the way: no dialog, and no keys are taken from where a person types.
class LoginPanel : public QFrame {
    Q_OBJECT
public:
    explicit LoginPanel(QWidget* parent = nullptr);

    /// `subject` is what the login is for. With `mayRemember` the answer can be kept in the keychain.
    void ask(const QString& subject, const HostKeyQuestion& question);
    void ask(const QString& subject, const SecretQuestion& question, bool mayRemember);
    /// How many questions wait behind the one that is shown.
    void showMore(std::size_t count);
    /// Says that an answer is being tried.
    void wait(const QString& subject);
    void clear();

Q_SIGNALS:
    void answered(const widthwise::LoginAnswer& answer, bool remember);

private:
    void layOut();
    void show(Tone tone, const QString& sign, const QString& heading, const QString& text);
    void offer(const QString& yes, const QString& no);
    void accept();
    void decline();
    void takeFocus(QWidget& widget);
    bool hasFocusWithin() const;

    QLabel* m_sign;
    QLabel* m_heading;
    QLabel* m_more;
    QLabel* m_text;
    QLabel* m_key;
    QLabel* m_prompt;
    QLineEdit* m_edit;
    QCheckBox* m_remember;
    QPushButton* m_yes;
    QPushButton* m_no;
    QPointer<QWidget> m_before; ///< had the focus
    bool m_mayBeEmpty = false;  ///< the answer
};

} // namespace widthwise::ui
