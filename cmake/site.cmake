# Makes the folder to serve:
#   cmake -DSITE=folder -DRELEASE=0.1.0 -DROOT=sources "-DPROGRAM=headwise.js;headwise.wasm" -DRSVG=rsvg-convert -P site.cmake
#
# What a page is made of goes into a folder named by the content of the whole site. So neither a cache nor
# a server that is just getting a newer version can ever give a page files that do not fit together.
cmake_minimum_required(VERSION 3.25)
set(at_root index.html last.js worker.js manifest.webmanifest icon.svg)

file(REMOVE_RECURSE ${SITE})
file(COPY ${ROOT}/web/ ${ROOT}/lessons ${PROGRAM} DESTINATION ${SITE}/parts)
foreach(name IN LISTS at_root)
  file(RENAME ${SITE}/parts/${name} ${SITE}/${name})
endforeach()

file(READ ${ROOT}/LICENSE licences)
file(GLOB others ${ROOT}/licences/*.txt)
foreach(other IN LISTS others)
  cmake_path(GET other STEM name)
  file(READ ${other} text)
  string(APPEND licences "\n\n==== ${name}\n\n${text}")
endforeach()
file(WRITE ${SITE}/licences.txt "Headwise\n\n${licences}")

# Some systems cut a circle out of the icon: then it has no corners of its own, and what counts is further in.
if(RSVG)
  file(READ ${SITE}/icon.svg icon)
  string(REPLACE "rx=\"7\"" "" icon "${icon}")
  string(REPLACE "<g>" "<g transform=\"translate(3.5 3.5) scale(0.78)\">" icon "${icon}")
  file(WRITE ${SITE}/maskable.svg "${icon}")
  foreach(size 192 512)
    execute_process(COMMAND ${RSVG} -w ${size} -h ${size} ${SITE}/icon.svg -o ${SITE}/icon-${size}.png COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  execute_process(COMMAND ${RSVG} -w 512 -h 512 ${SITE}/maskable.svg -o ${SITE}/icon-maskable.png COMMAND_ERROR_IS_FATAL ANY)
  file(REMOVE ${SITE}/maskable.svg)
else()
  message("rsvg-convert is missing: no icons but SVG")
  file(READ ${SITE}/manifest.webmanifest manifest)
  string(REGEX REPLACE "[^\n]*image/png[^\n]*\n" "" manifest "${manifest}")
  file(WRITE ${SITE}/manifest.webmanifest "${manifest}")
  file(READ ${SITE}/index.html index)
  string(REGEX REPLACE "[^\n]*icon-192[^\n]*\n" "" index "${index}")
  file(WRITE ${SITE}/index.html "${index}")
endif()

function(list_files variable)
  file(GLOB_RECURSE files RELATIVE ${SITE} ${SITE}/*)
  list(SORT files)
  set(text "")
  foreach(name IN LISTS files)
    file(SHA256 ${SITE}/${name} sum)
    string(APPEND text "  ['${name}', '${sum}'],\n")
  endforeach()
  set(${variable} "${text}" PARENT_SCOPE)
endfunction()

list_files(everything)
string(SHA256 VERSION "${everything}")
string(SUBSTRING ${VERSION} 0 10 VERSION)
set(VERSION ${RELEASE}-${VERSION})

file(READ ${SITE}/index.html index)
file(GLOB parts RELATIVE ${SITE}/parts ${SITE}/parts/*.*)
foreach(name IN LISTS parts)
  string(REPLACE "\"${name}\"" "\"${VERSION}/${name}\"" index "${index}")
endforeach()
file(WRITE ${SITE}/index.html "${index}")
file(RENAME ${SITE}/parts ${SITE}/${VERSION})

list_files(FILES)
string(REGEX REPLACE "[^\n]*'worker.js'[^\n]*\n" "" FILES "${FILES}")
configure_file(${SITE}/worker.js ${SITE}/worker.js @ONLY)
file(TOUCH ${SITE}/.nojekyll)  # else GitHub Pages makes other files of the lessons
