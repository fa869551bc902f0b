# SPDX-License-Identifier: GPL-3.0-or-later
# Faster tools where they are installed: ccache in front of the compiler, mold as the linker.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # What one build folder has compiled, another with the same flags need not compile again. The sloppiness is what
    # ccache asks for with precompiled headers, whose sums it keeps by inode: they are large.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1 CCACHE_INODECACHE=1
        CCACHE_SLOPPINESS=pch_defines,time_macros "${CCACHE_PROGRAM}")
    add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

# Of GCC 12 alone, which warns of libstdc++'s own strings where they are inlined (GCC bug 105329).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds;-Wno-stringop-overflow>")
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
    add_link_options(-fuse-ld=mold)
endif()

if(WIDTHWISE_SANITIZE)
    add_compile_options(-fsanitize=${WIDTHWISE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    # GCC's flow analysis does not see through the checks that a sanitizer puts in.
    add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    add_link_options(-fsanitize=${WIDTHWISE_SANITIZE})
endif()
