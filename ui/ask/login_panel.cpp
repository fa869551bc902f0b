// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/ask/login_panel.h"

#include "core/host/ssh/wipe.h"
#include "ui/theme/tone.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace widthwise::ui {

namespace {

using Kind = SecretQuestion::Kind;

/// A server's words without what could change how they are shown.
QString plain(const std::string& words)
{
    QString text = QString::fromStdString(words).trimmed();
    text.removeIf([](QChar c) { return c != QLatin1Char('\n') && !c.isPrint(); });
    return text;
}

/// One that shows what it is told as it stands.
QLabel* plainLabel(const char* name)
{
    auto* label = new QLabel;
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    return label;
}

QString promptOf(const SecretQuestion& question)
{
    const QString words = plain(question.prompt);
    if (question.kind == Kind::Passphrase)
        return LoginPanel::tr("Passphrase of %1").arg(words);
    return words.isEmpty() ? LoginPanel::tr("Answer") : words;
}

bool typesElsewhere(const QWidget* panel)
{
    const QWidget* focused = QApplication::focusWidget();
    return focused && !panel->isAncestorOf(focused) && focused->testAttribute(Qt::WA_InputMethodEnabled);
}

} // namespace

LoginPanel::LoginPanel(QWidget* parent)
    : QFrame(parent), m_sign(plainLabel("loginSign")), m_heading(plainLabel("loginHeading")),
      m_more(plainLabel("loginMore")), m_text(plainLabel("loginText")), m_key(plainLabel("loginKey")),
      m_prompt(plainLabel("loginPrompt")), m_edit(new QLineEdit),
      m_remember(new QCheckBox(tr("&Remember in the keychain"))), m_yes(new QPushButton),
      m_no(new QPushButton)
{
    setObjectName(QStringLiteral("loginPanel"));
    setAccessibleName(tr("Login"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    layOut();

    connect(m_edit, &QLineEdit::returnPressed, m_yes, &QPushButton::click);
    connect(m_edit, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_yes->setEnabled(m_mayBeEmpty || !text.isEmpty()); });
    connect(m_yes, &QPushButton::clicked, this, &LoginPanel::accept);
    connect(m_no, &QPushButton::clicked, this, &LoginPanel::decline);
    auto* escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QAction::triggered, m_no, &QPushButton::click);
    addAction(escape);
    hide();
}

void LoginPanel::layOut()
{
    m_sign->setFont(Theme::instance().strong());
    m_heading->setFont(Theme::instance().strong());
    m_key->setFont(Theme::instance().code());
    m_key->setAccessibleName(tr("Key of the host"));
    m_key->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setWordWrap(true);
    setTone(*m_more, Tone::Muted);
    m_edit->setObjectName(QStringLiteral("loginAnswer"));
    m_edit->setMinimumWidth(grid * 30);
    m_edit->setMaximumWidth(grid * 50);
    m_remember->setObjectName(QStringLiteral("loginRemember"));
    m_yes->setObjectName(QStringLiteral("loginYes"));
    m_no->setObjectName(QStringLiteral("loginNo"));
    m_prompt->setBuddy(m_edit);

    auto* top = new QHBoxLayout;
    top->setSpacing(grid);
    top->addWidget(m_heading, 1);
    top->addWidget(m_more);
    auto* answers = new QHBoxLayout;
    answers->setSpacing(grid);
    for (QWidget* widget :
         {static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_edit), static_cast<QWidget*>(m_remember),
          static_cast<QWidget*>(m_yes), static_cast<QWidget*>(m_no)})
        answers->addWidget(widget);
    answers->addStretch(1);
    auto* column = new QVBoxLayout;
    column->setSpacing(grid);
    column->addLayout(top);
    column->addWidget(m_key);
    column->addWidget(m_text);
    column->addLayout(answers);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(grid * 2, grid, grid * 2, grid);
    row->setSpacing(grid);
    row->addWidget(m_sign, 0, Qt::AlignTop);
    row->addLayout(column, 1);
}

void LoginPanel::ask(const QString& subject, const HostKeyQuestion& question)
{
    for (QWidget* widget :
         {static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_edit), static_cast<QWidget*>(m_remember)})
        widget->hide();
    m_edit->setText(QString());
    m_key->setText(QString::fromStdString(question.keyType + ' ' + question.fingerprint));
    m_key->show();
    show(Tone::Warning, QStringLiteral("!"),
         tr("%1: %2 was never seen before. It shows the key").arg(subject, plain(question.host)),
         tr("Is it the one that the site publishes? If it is not, somebody may stand in between."));
    offer(tr("&Trust"), tr("&Do not connect"));
    m_yes->setEnabled(true);
    takeFocus(*m_no);
}

void LoginPanel::ask(const QString& subject, const SecretQuestion& question, bool mayRemember)
{
    QStringList words;
    if (question.again)
        words.append(tr("That was not right."));
    if (const QString instruction = plain(question.instruction); !instruction.isEmpty())
        words.append(instruction);
    m_key->hide();
    m_prompt->setText(promptOf(question));
    m_prompt->show();
    m_edit->setAccessibleName(promptOf(question));
    m_edit->setEchoMode(question.echo ? QLineEdit::Normal : QLineEdit::Password);
    m_edit->setText(QString());
    m_mayBeEmpty = question.kind == Kind::KeyboardInteractive; // as "press Enter for a push" has it
    m_yes->setEnabled(m_mayBeEmpty);
    m_edit->show();
    m_remember->setChecked(false);
    m_remember->setVisible(mayRemember);
    show(question.again ? Tone::Bad : Tone::Accent,
         question.again ? QStringLiteral("✕") : QStringLiteral("?"),
         tr("%1: log in as %2").arg(subject, plain(question.host)), words.join(QLatin1Char('\n')));
    offer(tr("&Log in"), tr("&Cancel"));
    takeFocus(*m_edit);
}

void LoginPanel::wait(const QString& subject)
{
    if (hasFocusWithin())
        setFocus(); // for the next question
    for (QWidget* widget :
         {static_cast<QWidget*>(m_key), static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_edit),
          static_cast<QWidget*>(m_remember), static_cast<QWidget*>(m_yes), static_cast<QWidget*>(m_no)})
        widget->hide();
    show(Tone::Accent, QStringLiteral("…"), tr("%1: logging in").arg(subject), {});
}

void LoginPanel::clear()
{
    m_edit->setText(QString()); // also forgets what could be undone
    if (hasFocusWithin()) {
        if (m_before)
            m_before->setFocus();
        else
            QApplication::focusWidget()->clearFocus();
    }
    hide();
}

void LoginPanel::showMore(std::size_t count)
{
    m_more->setText(count > 0 ? tr("%n more to answer", nullptr, int(count)) : QString());
}

void LoginPanel::show(Tone tone, const QString& sign, const QString& heading, const QString& text)
{
    m_sign->setText(sign);
    setTone(*m_sign, tone);
    m_heading->setText(heading);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    setAccessibleDescription(heading + QLatin1Char('\n') + text);
    setVisible(true);
}

void LoginPanel::offer(const QString& yes, const QString& no)
{
    for (const auto& [button, text] : {std::pair{m_yes, yes}, std::pair{m_no, no}}) {
        button->setText(text);
        button->setAccessibleName(QString(text).remove(QLatin1Char('&')));
        button->show();
    }
}

void LoginPanel::accept()
{
    const bool isSecret = m_edit->isVisible();
    std::string answer = isSecret ? m_edit->text().toStdString() : std::string(trustAnswer);
    const Wiped wiped(answer);
    m_edit->setText(QString());
    Q_EMIT answered(answer, isSecret && m_remember->isVisible() && m_remember->isChecked());
}

void LoginPanel::decline()
{
    m_edit->setText(QString());
    Q_EMIT answered(std::nullopt, false);
}

void LoginPanel::takeFocus(QWidget& widget)
{
    if (typesElsewhere(this))
        return;
    if (!hasFocusWithin())
        m_before = QApplication::focusWidget();
    widget.setFocus();
}

bool LoginPanel::hasFocusWithin() const
{
    const QWidget* focused = QApplication::focusWidget();
    return focused && (focused == this || isAncestorOf(focused));
}

} // namespace widthwise::ui
