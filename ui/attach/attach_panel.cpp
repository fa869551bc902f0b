// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attach/attach_panel.h"

#include "ui/attach/attachments.h"
#include "ui/models/link_words.h"
#include "ui/theme/tone.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace widthwise::ui {

namespace {

TimePoint now()
{
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

struct Words {
    QString sign;
    Tone tone = Tone::Muted;
    QString text;
};

Words wordsFor(const MirrorRecord& mirror, int copies)
{
    const QString count =
        copies == 1 ? AttachPanel::tr("1 experiment") : AttachPanel::tr("%1 experiments").arg(copies);
    const QString heard = mirror.lastContact
                              ? AttachPanel::tr("as of %1").arg(momentText(*mirror.lastContact, now()))
                              : AttachPanel::tr("no contact yet");
    if (!mirror.wanted || !isAttached(mirror, now()))
        return {QStringLiteral("○"), Tone::Muted,
                mirror.wanted ? AttachPanel::tr("%1, %2, being attached").arg(count, heard)
                              : AttachPanel::tr("%1, %2, detached").arg(count, heard)};
    if (!mirror.problem.empty())
        return {QStringLiteral("◌"), Tone::Warning,
                AttachPanel::tr("%1, %2: %3").arg(count, heard, QString::fromStdString(mirror.problem))};
    if (!mirror.lastContact)
        return {QStringLiteral("○"), Tone::Muted, AttachPanel::tr("connecting")};
    return {QStringLiteral("●"), Tone::Good, AttachPanel::tr("%1, %2").arg(count, heard)};
}

QLineEdit* makeEdit(const QString& name, const QString& accessibleName, const QString& placeholder)
{
    auto* edit = new QLineEdit;
    edit->setObjectName(name);
    edit->setAccessibleName(accessibleName);
    edit->setPlaceholderText(placeholder);
    edit->setClearButtonEnabled(true);
    return edit;
}

} // namespace

AttachPanel::AttachPanel(Attachments& attachments, QWidget* parent)
    : QFrame(parent), m_attachments(attachments), m_column(new QVBoxLayout(this))
{
    setObjectName(QStringLiteral("attachPanel"));
    setAccessibleName(tr("Attach to a cluster"));
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_column->setContentsMargins(grid * 2, grid, grid, grid);
    m_column->setSpacing(grid);
    m_column->addWidget(makeForm());

    auto* escape = new QAction(this);
    escape->setShortcut(Qt::Key_Escape);
    escape->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(escape, &QAction::triggered, this, &QWidget::hide);
    addAction(escape);
    connect(&m_attachments, &Attachments::changed, this, &AttachPanel::refresh);
    hide();
}

QWidget* AttachPanel::makeForm()
{
    m_host = makeEdit(QStringLiteral("attachHost"), tr("Host or site"), tr("host, as for ssh, or a site"));
    m_file = makeEdit(QStringLiteral("attachStore"), tr("Store there"), tr("the usual store there"));
    m_attach = new QPushButton(tr("Attach"));
    m_attach->setObjectName(QStringLiteral("attachNow"));
    m_attach->setAccessibleName(tr("Attach to this machine"));
    m_attach->setEnabled(false);
    auto* close = new QToolButton;
    close->setAutoRaise(true);
    close->setIcon(Theme::instance().icon(QStringLiteral("close")));
    close->setToolTip(tr("Close (Esc)"));
    close->setAccessibleName(tr("Close the list of attached machines"));
    auto* help =
        new QLabel(tr("Shows the experiments of another machine; pause, stop and retry are sent there."));
    setTone(*help, Tone::Muted);
    help->setWordWrap(true);

    connect(m_host, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_attach->setEnabled(!text.trimmed().isEmpty()); });
    for (const QLineEdit* edit : {m_host, m_file})
        connect(edit, &QLineEdit::returnPressed, this, &AttachPanel::attach);
    connect(m_attach, &QPushButton::clicked, this, &AttachPanel::attach);
    connect(close, &QToolButton::clicked, this, &QWidget::hide);

    auto* row = new QHBoxLayout;
    row->setSpacing(grid);
    m_host->setMaximumWidth(grid * 26);
    m_file->setMaximumWidth(grid * 30);
    row->addWidget(m_host, 1);
    row->addWidget(m_file, 1);
    row->addWidget(m_attach);
    row->addStretch();
    row->addWidget(close);
    auto* form = new QWidget;
    auto* lines = new QVBoxLayout(form);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(grid / 2);
    lines->addLayout(row);
    lines->addWidget(help);
    return form;
}

void AttachPanel::toggle()
{
    setVisible(!isVisible());
    if (isVisible())
        m_host->setFocus();
}

void AttachPanel::showEvent(QShowEvent* event)
{
    QFrame::showEvent(event);
    m_attachments.setWatched(true);
    refresh();
}

void AttachPanel::hideEvent(QHideEvent* event)
{
    m_attachments.setWatched(false);
    QFrame::hideEvent(event);
}

void AttachPanel::attach()
{
    const QString host = m_host->text().trimmed();
    if (host.isEmpty())
        return;
    m_attachments.attach({.host = host.toStdString(), .file = m_file->text().trimmed().toStdString()});
    m_host->clear();
    m_file->clear();
}

/// The rows are made anew only where there are others, so that the keyboard's focus stays.
void AttachPanel::refresh()
{
    if (!isVisible())
        return;
    const std::vector<MirrorRecord>& mirrors = m_attachments.all();
    const bool same = m_rows && std::ranges::equal(mirrors, m_shown, [](const auto& mirror, const Row& row) {
                          return mirror.id == row.mirror && mirror.wanted == row.wanted;
                      });
    if (!same)
        rebuild();
    for (std::size_t i = 0; i < mirrors.size(); ++i) {
        const Words words = wordsFor(mirrors[i], m_attachments.copies(mirrors[i].id));
        m_shown[i].sign->setText(words.sign);
        setTone(*m_shown[i].sign, words.tone);
        m_shown[i].text->setText(words.text);
        setTone(*m_shown[i].text, words.tone == Tone::Good ? Tone::Muted : words.tone);
    }
}

void AttachPanel::rebuild()
{
    m_shown.clear();
    delete m_rows;
    m_rows = new QWidget;
    auto* rows = new QGridLayout(m_rows);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setHorizontalSpacing(grid);
    rows->setVerticalSpacing(grid / 2);
    rows->setColumnStretch(2, 1);
    for (const MirrorRecord& mirror : m_attachments.all())
        addRow(mirror);
    m_column->insertWidget(0, m_rows);
    m_rows->setVisible(!m_attachments.all().empty());
}

void AttachPanel::addRow(const MirrorRecord& mirror)
{
    auto* sign = new QLabel;
    auto* name = new QLabel(remoteName(mirror.remote));
    auto* text = new QLabel;
    text->setObjectName(QStringLiteral("attachmentState"));
    text->setWordWrap(true);
    auto* button = new QPushButton(mirror.wanted ? tr("Detach") : tr("Attach"));
    button->setObjectName(mirror.wanted ? QStringLiteral("detach") : QStringLiteral("attachAgain"));
    button->setAccessibleName((mirror.wanted ? tr("Detach %1") : tr("Attach %1")).arg(name->text()));
    button->setToolTip(mirror.wanted ? tr("Stop updating its experiments; the copies stay")
                                     : tr("Bring its experiments up to date"));
    button->setFlat(true);
    connect(button, &QPushButton::clicked, this, [this, mirror] {
        if (mirror.wanted)
            m_attachments.detach(mirror.id);
        else
            m_attachments.attach(mirror.remote);
    });
    auto* forget = new QPushButton(tr("Forget…"));
    forget->setObjectName(QStringLiteral("forget"));
    forget->setAccessibleName(tr("Forget %1").arg(name->text()));
    forget->setToolTip(tr("Remove it and its copies from here; nothing there is touched"));
    forget->setFlat(true);
    connect(forget, &QPushButton::clicked, this,
            [this, mirror] { Q_EMIT forgetWanted(mirror, m_attachments.copies(mirror.id)); });
    auto* rows = static_cast<QGridLayout*>(m_rows->layout());
    const int row = rows->rowCount();
    const QList<QWidget*> cells{sign, name, text, button, forget};
    for (int column = 0; column < cells.size(); ++column)
        rows->addWidget(cells[column], row, column);
    forget->setVisible(!mirror.wanted);
    m_shown.push_back({mirror.id, mirror.wanted, sign, text});
}

} // namespace widthwise::ui
