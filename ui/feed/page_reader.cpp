// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/page_reader.h"

#include <QEvent>
#include <QWidget>

#include <algorithm>

namespace widthwise::ui {

PageReader::PageReader(StoreClient& client, QWidget& page, std::function<Read()> next)
    : QObject(&page), m_client(client), m_page(page), m_next(std::move(next))
{
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &PageReader::readOn);
    page.installEventFilter(this);
}

void PageReader::readSoon()
{
    m_behind = true;
    if (!m_wait.isActive())
        read();
}

void PageReader::restart()
{
    ++m_subject;
    m_behind = true;
    m_pause = pause;
    read();
}

bool PageReader::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Show)
        readOn();
    return QObject::eventFilter(object, event);
}

void PageReader::readOn()
{
    if (m_behind)
        read();
}

void PageReader::read()
{
    if (m_reading || !m_page.isVisible())
        return;
    const Read job = m_next();
    if (!job)
        return;
    m_reading = true;
    m_behind = false;
    m_wait.start(m_pause);
    m_client.query<Take>(
        this, job, [this, subject = m_subject](const Take& take) { finish(subject, take); },
        [this, subject = m_subject] { recover(subject); });
}

void PageReader::finish(int subject, const Take& take)
{
    m_reading = false;
    m_pause = pause;
    if (subject != m_subject)
        return read();
    take();
    if (m_behind && !m_wait.isActive())
        read();
}

void PageReader::recover(int subject)
{
    m_reading = false;
    if (subject != m_subject)
        return read();
    m_behind = true;
    m_pause = std::min(2 * m_pause, longestPause);
    m_wait.start(m_pause);
}

} // namespace widthwise::ui
