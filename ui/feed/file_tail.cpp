// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/feed/file_tail.h"

#include "ui/feed/whole_lines.h"

#include <QFile>
#include <QFileInfo>
#include <QTimer>

#include <chrono>
#include <optional>

namespace widthwise::ui {

namespace {

using namespace std::chrono_literals;

constexpr auto lookEvery = 250ms;
constexpr qint64 mostAtOnce = 64 * 1024;

} // namespace

class FileTail::Worker : public QObject {
public:
    explicit Worker(FileTail& tail) : m_tail(tail)
    {
        m_timer.setInterval(lookEvery);
        connect(&m_timer, &QTimer::timeout, this, &Worker::look);
    }

    void follow(const QString& path)
    {
        m_path = path;
        begin();
        if (path.isEmpty())
            m_timer.stop();
        else
            m_timer.start();
        look();
    }

private:
    void begin()
    {
        m_offset = 0;
        m_lines.clear();
        m_place.reset();
        Q_EMIT m_tail.started(m_path);
    }

    void look()
    {
        if (m_path.isEmpty())
            return;
        QFile file(m_path);
        tellPlace(placeOf(file));
        if (!file.open(QIODevice::ReadOnly))
            return;
        if (file.size() < m_offset)
            begin(); // truncated, or another file; it is there
        if (file.size() == m_offset)
            return;
        const bool skips = file.size() - m_offset > mostAtOnce;
        if (skips)
            m_offset = file.size() - mostAtOnce;
        file.seek(m_offset);
        const QString text = m_lines.take(file.read(mostAtOnce), skips);
        m_offset = file.pos();
        Q_EMIT m_tail.appended(text, m_lines.rest());
    }

    static Place placeOf(const QFile& file)
    {
        if (file.exists())
            return Place::There;
        return QFileInfo::exists(QFileInfo(file).path()) ? Place::NoFile : Place::NoFolder;
    }

    void tellPlace(Place place)
    {
        if (m_place != place)
            Q_EMIT m_tail.foundAt(place);
        m_place = place;
    }

    FileTail& m_tail;
    QTimer m_timer{this};
    QString m_path;
    qint64 m_offset = 0;
    WholeLines m_lines;
    std::optional<Place> m_place; ///< that was told
};

FileTail::FileTail(QObject* parent) : QObject(parent), m_worker(new Worker(*this))
{
    m_thread.setObjectName(QStringLiteral("log"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

FileTail::~FileTail()
{
    m_thread.quit();
    m_thread.wait();
}

void FileTail::follow(const QString& path)
{
    QMetaObject::invokeMethod(m_worker, [worker = m_worker, path] { worker->follow(path); });
}

} // namespace widthwise::ui
